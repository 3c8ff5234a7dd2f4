create table assistants.assistants (
  tenant_id uuid not null,
  id uuid not null,
  is_default boolean not null default false,
  settings bytea not null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
comment on column assistants.assistants.settings is 'Sealed JSON: instructions and greetings are the tenant''s own text.';
create unique index assistants_default on assistants.assistants (tenant_id) where is_default;
select platform.tenant_table('assistants.assistants');
