-- Bytes outside the database cannot be sealed again in place: they are written once more as another blob. Which key the old ones carry, the
-- exchange of the two, and what keeps a key that outside bytes still need.

alter table platform.file_blobs add column key_number integer not null default 0;
comment on column platform.file_blobs.key_number is 'Of bytes outside the database: none of their chunks carries an older key. 0: not noted when they were written, looked up when keys change. Chunks in the database say it themselves.';
create index file_blobs_outside on platform.file_blobs (tenant_id, key_number, blob_id) where store <> 'postgres' and state <> 'gone';

create function platform.swap_blob(was uuid, fresh uuid) returns text language plpgsql as $$
declare
  mine constant uuid := (select current_setting('steward.tenant')::uuid);
  old platform.file_blobs;
  held bigint;
begin
  perform from platform.file_blobs b where b.tenant_id = mine and b.blob_id = fresh and b.state = 'staged' for update;
  if not found then
    return 'lost';
  end if;
  -- Whoever keeps or removes a file on it holds its row, or a row of its files: nobody waits for them here, so nobody can wait in a circle.
  select b.* into old from platform.file_blobs b where b.tenant_id = mine and b.blob_id = was and b.state = 'stored' for update skip locked;
  if not found then
    return 'busy';
  end if;
  perform from platform.files f where f.tenant_id = mine and f.blob_id = was for update skip locked;
  get diagnostics held = row_count;
  if held <> old.refs then
    return 'busy';
  end if;
  update platform.file_blobs b set state = 'gone', content_hash = null, refs = 0 where b.tenant_id = mine and b.blob_id = was;
  update platform.file_blobs b set state = 'stored', content_hash = old.content_hash, size = old.size, refs = old.refs where b.tenant_id = mine and b.blob_id = fresh;
  update platform.files f set blob_id = fresh where f.tenant_id = mine and f.blob_id = was;
  return 'done';
end $$;
comment on function platform.swap_blob(uuid, uuid) is
  'Puts all files of a blob on staged bytes of the same content and gives the old bytes to the sweep. busy: somebody holds it, or it is not stored any more; lost: the staged bytes are gone. Runs with the caller''s rights.';

create function platform.oldest_outside_key() returns integer language sql stable as $$
  select min(b.key_number) from platform.file_blobs b
  where b.tenant_id = (select current_setting('steward.tenant')::uuid) and b.store <> 'postgres' and b.state <> 'gone'
$$;
comment on function platform.oldest_outside_key() is 'The oldest key that the tenant''s bytes outside the database may carry; 0 when that of some is not known, null when there are none.';
