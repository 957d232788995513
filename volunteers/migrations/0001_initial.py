import crm.models.reference
import django.core.validators
import django.db.models.deletion
import simple_history.models
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('crm', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('engagements', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Skill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_fr', models.CharField(max_length=100, unique=True, verbose_name='name in French')),
                ('name_en', models.CharField(max_length=100, verbose_name='name in English')),
            ],
            options={
                'verbose_name': 'skill',
                'verbose_name_plural': 'skills',
            },
            bases=(crm.models.reference.Bilingual, models.Model),
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('role', models.CharField(max_length=100, verbose_name='role')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(verbose_name='until')),
                ('days_a_week', models.DecimalField(decimal_places=1, max_digits=2, validators=[django.core.validators.MinValueValidator(Decimal('0.5'), 'Half a day a week at least.'), django.core.validators.MaxValueValidator(Decimal('5'), 'Five days a week at most.')], verbose_name='days a week')),
                ('confirmed_on', models.DateField(blank=True, editable=False, null=True, verbose_name='confirmed')),
                ('engagement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='engagements.engagement', verbose_name='engagement')),
                ('team_member', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='engagements.teammember')),
            ],
            options={
                'verbose_name': 'assignment',
                'verbose_name_plural': 'assignments',
            },
        ),
        migrations.CreateModel(
            name='HistoricalVolunteer',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('days_a_week', models.DecimalField(decimal_places=1, default=Decimal('5'), max_digits=2, validators=[django.core.validators.MinValueValidator(Decimal('0.5'), 'Half a day a week at least.'), django.core.validators.MaxValueValidator(Decimal('5'), 'Five days a week at most.')], verbose_name='days a week')),
                ('available_from', models.DateField(verbose_name='available from')),
                ('available_to', models.DateField(blank=True, null=True, verbose_name='available until')),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('member', models.ForeignKey(blank=True, db_constraint=False, help_text='The member that the company lends them to.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='crm.organisation', verbose_name='Coalition member')),
                ('sponsor', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='crm.organisation', verbose_name='sponsor company')),
                ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'historical volunteer',
                'verbose_name_plural': 'historical volunteers',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalWorkDay',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('half_days', models.PositiveSmallIntegerField(choices=[(1, 'half a day'), (2, 'a day')], verbose_name='time worked')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('assignment', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='volunteers.assignment', verbose_name='assignment')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('milestone', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='engagements.milestone', verbose_name='milestone')),
            ],
            options={
                'verbose_name': 'historical worked day',
                'verbose_name_plural': 'historical worked days',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Volunteer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('days_a_week', models.DecimalField(decimal_places=1, default=Decimal('5'), max_digits=2, validators=[django.core.validators.MinValueValidator(Decimal('0.5'), 'Half a day a week at least.'), django.core.validators.MaxValueValidator(Decimal('5'), 'Five days a week at most.')], verbose_name='days a week')),
                ('available_from', models.DateField(verbose_name='available from')),
                ('available_to', models.DateField(blank=True, null=True, verbose_name='available until')),
                ('member', models.ForeignKey(help_text='The member that the company lends them to.', on_delete=django.db.models.deletion.PROTECT, related_name='welcomed_people', to='crm.organisation', verbose_name='Coalition member')),
                ('sponsor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lent_people', to='crm.organisation', verbose_name='sponsor company')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='volunteer', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'volunteer',
                'verbose_name_plural': 'volunteers',
            },
        ),
        migrations.CreateModel(
            name='HistoricalVolunteerSkill',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField(choices=[(1, 'learning'), (2, 'able'), (3, 'expert')], default=2, verbose_name='level')),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('skill', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='volunteers.skill', verbose_name='skill')),
                ('volunteer', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='volunteers.volunteer')),
            ],
            options={
                'verbose_name': 'historical skill of a volunteer',
                'verbose_name_plural': 'historical skills of volunteers',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalAssignment',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('role', models.CharField(max_length=100, verbose_name='role')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(verbose_name='until')),
                ('days_a_week', models.DecimalField(decimal_places=1, max_digits=2, validators=[django.core.validators.MinValueValidator(Decimal('0.5'), 'Half a day a week at least.'), django.core.validators.MaxValueValidator(Decimal('5'), 'Five days a week at most.')], verbose_name='days a week')),
                ('confirmed_on', models.DateField(blank=True, editable=False, null=True, verbose_name='confirmed')),
                ('history_change_reason', models.TextField(null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('engagement', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='engagements.engagement', verbose_name='engagement')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team_member', models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='engagements.teammember')),
                ('volunteer', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='volunteers.volunteer', verbose_name='volunteer')),
            ],
            options={
                'verbose_name': 'historical assignment',
                'verbose_name_plural': 'historical assignments',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name='assignment',
            name='volunteer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='volunteers.volunteer', verbose_name='volunteer'),
        ),
        migrations.CreateModel(
            name='VolunteerSkill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField(choices=[(1, 'learning'), (2, 'able'), (3, 'expert')], default=2, verbose_name='level')),
                ('skill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='volunteers.skill', verbose_name='skill')),
                ('volunteer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='levels', to='volunteers.volunteer')),
            ],
            options={
                'verbose_name': 'skill of a volunteer',
                'verbose_name_plural': 'skills of volunteers',
                'constraints': [models.UniqueConstraint(fields=('volunteer', 'skill'), name='volunteer_skill_once')],
            },
        ),
        migrations.AddField(
            model_name='volunteer',
            name='skills',
            field=models.ManyToManyField(through='volunteers.VolunteerSkill', to='volunteers.skill', verbose_name='skills'),
        ),
        migrations.CreateModel(
            name='WorkDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('half_days', models.PositiveSmallIntegerField(choices=[(1, 'half a day'), (2, 'a day')], verbose_name='time worked')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='worked_days', to='volunteers.assignment', verbose_name='assignment')),
                ('milestone', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='engagements.milestone', verbose_name='milestone')),
            ],
            options={
                'verbose_name': 'worked day',
                'verbose_name_plural': 'worked days',
                'indexes': [models.Index(fields=['assignment', 'day', 'half_days'], name='worked_day_by_assignment'), models.Index(fields=['day', 'assignment', 'half_days'], name='worked_day_by_day')],
                'constraints': [models.UniqueConstraint(fields=('assignment', 'day'), name='a_day_is_worked_once', violation_error_message='This day is logged already.'), models.CheckConstraint(condition=models.Q(('half_days__in', [1, 2])), name='a_day_has_two_halves', violation_error_message='A day is worked by halves: half a day, or a day.')],
            },
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(fields=['engagement', 'ends_on'], name='assignment_engagement_end'),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(fields=['volunteer', 'starts_on', 'ends_on'], name='assignment_volunteer_period'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='assignment_dates_in_order', violation_error_message='The last day cannot come before the first.'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__lt', '2100-01-01'), ('starts_on__gte', '2000-01-01')), name='assignment_dates_are_plausible', violation_error_message='Give dates between 2000 and 2099.'),
        ),
        migrations.AddConstraint(
            model_name='volunteer',
            constraint=models.CheckConstraint(condition=models.Q(('available_to', None), ('available_to__gte', models.F('available_from')), _connector='OR'), name='volunteer_available_in_order', violation_error_message='The last day cannot come before the first.'),
        ),
    ]
