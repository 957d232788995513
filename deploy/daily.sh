#!/bin/sh
# What cron or timers do elsewhere, for a container: each command once a day, in the hour of Paris that stands before it.
set -u
export TZ=Europe/Paris
done_on=""
while true; do
    now=$(date +%F/%H)
    if [ "$now" != "$done_on" ]; then
        done_on=$now
        case $now in
        */03) python manage.py upkeep ;;
        */04) python manage.py backup ;;
        */07) python manage.py digest ;;
        esac
    fi
    sleep 60
done
