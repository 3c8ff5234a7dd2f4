-- What a tenant's sources take of its storage.

create function knowledge.stored_bytes() returns bigint language sql stable as $$
  select coalesce(sum(s.size), 0)::bigint from knowledge.sources s where s.tenant_id = (select current_setting('steward.tenant')::uuid)
$$;
comment on function knowledge.stored_bytes() is 'Of the session''s tenant. Runs with the caller''s rights.';
