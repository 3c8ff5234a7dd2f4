-- What binds one API key, instead of the setting that binds all.

alter table platform.api_keys
  add column per_hour integer check (per_hour > 0),
  add column per_minute integer check (per_minute > 0),
  add column version integer not null default 1;
comment on column platform.api_keys.per_hour is 'Messages and starts of conversations in any hour. Without this and per_minute the installation''s setting binds the key.';
