from rest_framework import serializers


class MembershipSerializer(serializers.Serializer):
    role = serializers.CharField()
    organisation = serializers.IntegerField(source="organisation_id")
    organisation_name = serializers.CharField(source="organisation.name")


class MeSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    full_name = serializers.CharField()
    email = serializers.EmailField()
    memberships = MembershipSerializer(many=True)


class PersonSerializer(serializers.Serializer):
    """Somebody with an account. `is_invited`: they have not come in yet."""

    id = serializers.IntegerField(read_only=True)
    full_name = serializers.CharField(read_only=True)
    email = serializers.EmailField(read_only=True)
    is_active = serializers.BooleanField(read_only=True)
    is_invited = serializers.BooleanField(read_only=True)
    memberships = MembershipSerializer(many=True, read_only=True, source="roles_held")
