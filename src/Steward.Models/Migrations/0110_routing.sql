-- How a tenant's questions find their models: one document, checked before it is stored.

create table models.routing (
  tenant_id uuid not null,
  settings jsonb not null,
  version integer not null default 1,
  updated_at timestamptz not null default now(),
  primary key (tenant_id)
);
comment on column models.routing.settings is 'Figures, general words and names of models. Nothing a customer wrote.';
select platform.tenant_table('models.routing');
