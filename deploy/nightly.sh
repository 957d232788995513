#!/bin/sh
# What a timer does elsewhere, for a container: a backup each night, at four in Paris.
set -u
export TZ=Europe/Paris
done_on=""
while true; do
    now=$(date +%F/%H)
    if [ "$now" != "$done_on" ]; then
        done_on=$now
        case $now in
        */04) python manage.py backup ;;
        esac
    fi
    sleep 60
done
