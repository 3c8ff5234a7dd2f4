-- People who run the installation. They are no accounts of tenants: another table, another cookie, other permissions.

create table platform.operators (
  operator_id uuid primary key,
  email text not null,
  email_key text not null unique,
  name text not null,
  password_hash text not null,
  security_stamp text not null,
  failed_count integer not null default 0,
  locked_until timestamptz,
  created_at timestamptz not null default now()
);
comment on column platform.operators.email_key is 'The e-mail address normalised: what makes an operator unique.';
grant select, insert, update, delete on platform.operators to steward_app;
