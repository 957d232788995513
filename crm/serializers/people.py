from rest_framework import serializers

from crm.domain.roles import Role
from crm.models import Contact, Membership, User
from crm.rest.fields import MarkField
from crm.serializers.seen import SeenMarkSerializer


class MembershipSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    role = serializers.CharField()
    is_head = serializers.BooleanField()
    organisation = serializers.IntegerField(source="organisation_id")
    organisation_name = serializers.CharField(source="organisation.name")


class RoleSerializer(MembershipSerializer):
    mark = MarkField()


class MeSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    full_name = serializers.CharField()
    email = serializers.EmailField()
    memberships = MembershipSerializer(many=True)


class RoleOfSomebodyField(serializers.PrimaryKeyRelatedField):
    """A role of people one may see; `person` in the context says of whom, where that is known."""

    def get_queryset(self):
        person = self.context.get("person")
        people = User.objects.visible_to(self.context["request"].user)
        return Membership.objects.filter(user__in=[person.pk] if person else people.values("pk"))


class ContactToInviteField(serializers.PrimaryKeyRelatedField):
    """Contacts without an account yet; the service refuses those of another organisation."""

    def get_queryset(self):
        return Contact.objects.visible_to(self.context["request"].user).filter(user=None)


class PersonSerializer(serializers.Serializer):
    """Somebody with an account. `is_invited`: they have not come in yet."""

    id = serializers.IntegerField(read_only=True)
    full_name = serializers.CharField(read_only=True)
    email = serializers.EmailField(read_only=True)
    is_active = serializers.BooleanField(read_only=True)
    is_invited = serializers.BooleanField(read_only=True)
    memberships = RoleSerializer(many=True, read_only=True, source="roles_held")
    mark = MarkField()


class IdentitySerializer(SeenMarkSerializer):
    """What is left out stays. Only an administrator gives another address."""

    full_name = serializers.CharField(max_length=150, required=False)
    latin_name = serializers.CharField(max_length=150, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False)


class HeadSerializer(SeenMarkSerializer):
    """`membership` is a role of the person; `seen` is its `mark`."""

    membership = RoleOfSomebodyField(queryset=Membership.objects.none())
    is_head = serializers.BooleanField()


class InvitationSerializer(serializers.Serializer):
    """A role at the organisation; who is lent is added with the team, where their days and skills are asked for too."""

    full_name = serializers.CharField(max_length=150)
    email = serializers.EmailField(max_length=254)
    role = serializers.ChoiceField(Role.choices)
    is_head = serializers.BooleanField(required=False, default=False)
    latin_name = serializers.CharField(max_length=150, required=False, allow_blank=True, default="")
    contact = ContactToInviteField(
        queryset=Contact.objects.none(),
        required=False,
        allow_null=True,
        default=None,
        help_text="Who in the organisation's address book this is; a project lead needs it.",
    )
