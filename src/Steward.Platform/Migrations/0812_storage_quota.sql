-- Uploads at the same time are measured against the same room when they begin; what is kept is measured again, one after another, where it is kept.

create function platform.demand_storage(p_most bigint) returns void language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(current_setting('steward.tenant'), 812));
  -- Read after the lock: whoever held it has committed what it kept.
  if (select coalesce(sum(b.size), 0) from platform.file_blobs b where b.tenant_id = (select current_setting('steward.tenant')::uuid) and b.state = 'stored') > p_most then
    raise exception 'the storage is full' using errcode = 'FI002';
  end if;
end $$;
comment on function platform.demand_storage(bigint) is 'Refuses the transaction when it keeps more bytes than the tenant may. Runs with the caller''s rights.';
