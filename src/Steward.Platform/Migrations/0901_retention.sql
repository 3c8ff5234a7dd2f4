-- How long tenants keep what. A tenant without a row has the defaults.

create table platform.retention (
  tenant_id uuid primary key references platform.tenants,
  days jsonb not null,
  version integer not null default 1,
  updated_at timestamptz not null default now()
);
comment on column platform.retention.days is 'Days by class of data; null keeps it. A class that is missing has its default.';
select platform.tenant_table('platform.retention');
