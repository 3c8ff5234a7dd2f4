-- Whether personal values are masked before texts leave for models and exports. A tenant without a row has it off.

create table platform.masking (
  tenant_id uuid primary key references platform.tenants,
  scope text not null check (scope in ('off', 'models', 'models+exports')),
  version integer not null default 1,
  updated_at timestamptz not null default now()
);
select platform.tenant_table('platform.masking');
