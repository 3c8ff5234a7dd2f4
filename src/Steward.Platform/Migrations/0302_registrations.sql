-- People who asked for a tenant of their own and have not proven their address yet.

create table platform.registrations (
  registration_id uuid primary key,
  token_hash bytea not null unique,
  email text not null,
  tenant_name text not null,
  time_zone text not null,
  locale text not null,
  currency text not null,
  expires_at timestamptz not null
);
comment on column platform.registrations.registration_id is 'Becomes the tenant''s id, so that a link used twice makes one tenant.';
comment on column platform.registrations.token_hash is 'SHA-256 of the token in the link, which has 256 random bits.';
create index registrations_ended on platform.registrations (expires_at);
grant select, insert, delete on platform.registrations to steward_app;
