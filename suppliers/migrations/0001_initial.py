import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True, verbose_name='name')),
                ('needs_batch_and_expiry', models.BooleanField(default=False, verbose_name='needs batch and expiry date')),
            ],
            options={
                'verbose_name': 'category',
                'verbose_name_plural': 'categories',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Supplier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=32, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('category', models.CharField(blank=True, max_length=40, verbose_name='main category')),
                ('contact', models.CharField(blank=True, max_length=40, verbose_name='contact')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='phone')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail')),
                ('return_address', models.CharField(blank=True, max_length=300, verbose_name='return address')),
                ('cutoff', models.TimeField(blank=True, null=True, verbose_name='same-day cut-off')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                'verbose_name': 'supplier',
                'verbose_name_plural': 'suppliers',
                'ordering': ['code'],
                'permissions': [('manage_supplier', 'Can manage suppliers and their tokens'), ('use_portal', 'Can use the supplier portal'), ('import_catalogue', 'Can import the catalogue')],
            },
        ),
        migrations.CreateModel(
            name='SupplierToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('prefix', models.CharField(max_length=12, verbose_name='begins with')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('scopes', models.JSONField(default=list, verbose_name='scopes')),
                ('created_at', models.DateTimeField(verbose_name='created at')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='expires at')),
                ('last_used_at', models.DateTimeField(blank=True, null=True, verbose_name='last used')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked at')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to='suppliers.supplier', verbose_name='supplier')),
            ],
            options={
                'verbose_name': 'token',
                'verbose_name_plural': 'tokens',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='SupplierMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='suppliers.supplier', verbose_name='supplier')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='supplier_member', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'supplier user',
                'verbose_name_plural': 'supplier users',
            },
        ),
        migrations.CreateModel(
            name='TokenUsage',
            fields=[
                ('token', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='usage', serialize=False, to='suppliers.suppliertoken')),
                ('window', models.BigIntegerField()),
                ('requests', models.PositiveIntegerField()),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=64, unique=True, verbose_name='merchant code')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('price', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='price')),
                ('free_shipping', models.BooleanField(default=False, verbose_name='free shipping')),
                ('custom_made', models.BooleanField(default=False, verbose_name='custom-made')),
                ('shelf_life_days', models.PositiveIntegerField(blank=True, null=True, verbose_name='shelf life in days')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='suppliers.category', verbose_name='category')),
                ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='products', to='suppliers.supplier', verbose_name='supplier')),
                ('discontinued', models.BooleanField(db_default=False, default=False, verbose_name='no longer made')),
            ],
            options={
                'verbose_name': 'product',
                'verbose_name_plural': 'products',
                'ordering': ['code'],
                'constraints': [models.CheckConstraint(condition=models.Q(('price__gte', 0)), name='suppliers_product_price_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='IdempotentRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('route', models.CharField(max_length=60)),
                ('key', models.CharField(max_length=120)),
                ('fingerprint', models.CharField(max_length=64)),
                ('lease_until', models.DateTimeField()),
                ('status', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('body', models.JSONField(blank=True, null=True)),
                ('created_at', models.DateTimeField(db_index=True)),
                ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='suppliers.supplier')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('supplier', 'route', 'key'), name='suppliers_idempotentrequest_once')],
            },
        ),
    ]
