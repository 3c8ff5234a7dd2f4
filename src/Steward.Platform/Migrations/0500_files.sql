-- Files: what people call one (a row of files), the bytes it stands for (a blob, once per tenant and content), and the sealed
-- pieces of the bytes where PostgreSQL keeps them. A blob without a file is invisible and is swept.

create table platform.file_blobs (
  tenant_id uuid not null references platform.tenants,
  blob_id uuid not null,
  store text not null check (store in ('postgres', 's3')),
  state text not null default 'staged' check (state in ('staged', 'stored', 'gone')),
  content_hash bytea,
  size bigint,
  refs integer not null default 0 check (refs >= 0),
  created_at timestamptz not null default now(),
  primary key (tenant_id, blob_id)
);
comment on column platform.file_blobs.state is 'staged: bytes arrive, nothing shows them; stored: files stand on it; gone: its bytes wait for the sweep.';
comment on column platform.file_blobs.content_hash is 'Keyed hash of the content, only while stored: equal content of a tenant is found by it, that of two tenants is not.';
comment on column platform.file_blobs.refs is 'Files that stand on it. Counted in the transactions that make and remove them.';
create unique index file_blobs_content on platform.file_blobs (tenant_id, content_hash);
create index file_blobs_sweep on platform.file_blobs (blob_id) where state <> 'stored';
select platform.tenant_table('platform.file_blobs');

create table platform.file_chunks (
  tenant_id uuid not null,
  blob_id uuid not null,
  ordinal integer not null,
  body bytea not null,
  primary key (tenant_id, blob_id, ordinal),
  foreign key (tenant_id, blob_id) references platform.file_blobs on delete cascade
);
comment on column platform.file_chunks.body is 'Sealed; the ordinal and whether it is the last are bound to it, so chunks cannot be swapped, left out or cut off.';
alter table platform.file_chunks alter column body set storage external;
select platform.tenant_table('platform.file_chunks');

create table platform.files (
  tenant_id uuid not null,
  file_id uuid not null,
  blob_id uuid not null,
  name bytea not null,
  media_type text not null,
  size bigint not null,
  retention text not null check (retention in ('permanent', 'conversation', 'temporary')),
  purpose text not null,
  subject uuid,
  created_by uuid,
  created_at timestamptz not null default now(),
  primary key (tenant_id, file_id),
  foreign key (tenant_id, blob_id) references platform.file_blobs
);
comment on column platform.files.name is 'Sealed. A display name only: never a path, never used to find bytes.';
comment on column platform.files.media_type is 'What the bytes were seen to be, not what the sender said.';
comment on column platform.files.purpose is 'The room that keeps it: upload for files of the API.';
comment on column platform.files.subject is 'What it belongs to in that room: a conversation, a contact, a source. Erasure goes by it.';
create index files_blob on platform.files (tenant_id, blob_id);
create index files_subject on platform.files (tenant_id, subject) where subject is not null;
create index files_retention on platform.files (retention, created_at);
select platform.tenant_table('platform.files');

create function platform.keep_file(
  file uuid, staged uuid, hash bytea, bytes bigint, sealed_name bytea, type text, class text, room text, about uuid, author uuid)
  returns void language plpgsql as $$
declare
  mine constant uuid := (select current_setting('steward.tenant')::uuid);
  home uuid;
begin
  loop
    update platform.file_blobs b set refs = b.refs + 1 where b.tenant_id = mine and b.content_hash = hash returning b.blob_id into home;
    if found then
      update platform.file_blobs b set state = 'gone' where b.tenant_id = mine and b.blob_id = staged and b.state = 'staged';
      exit;
    end if;
    begin
      update platform.file_blobs b set state = 'stored', content_hash = hash, size = bytes, refs = 1
      where b.tenant_id = mine and b.blob_id = staged and b.state = 'staged' returning b.blob_id into home;
      if not found then
        raise exception 'the staged bytes are not there any more' using errcode = 'FI001';
      end if;
      exit;
    exception when unique_violation then
      -- The same content was kept a moment before: the next round finds it.
    end;
  end loop;
  insert into platform.files (tenant_id, file_id, blob_id, name, media_type, size, retention, purpose, subject, created_by)
  values (mine, file, home, sealed_name, type, bytes, class, room, about, author);
end $$;
comment on function platform.keep_file(uuid, uuid, bytea, bigint, bytea, text, text, text, uuid, uuid) is
  'Makes staged bytes a file, or lets the file stand on equal bytes of the tenant that are here already. Runs with the caller''s rights.';

create function platform.drop_file(file uuid, room text) returns boolean language plpgsql as $$
declare
  mine constant uuid := (select current_setting('steward.tenant')::uuid);
  home uuid;
begin
  delete from platform.files f where f.tenant_id = mine and f.file_id = file and f.purpose = room returning f.blob_id into home;
  if not found then
    return false;
  end if;
  update platform.file_blobs b
  set refs = b.refs - 1,
      state = case when b.refs = 1 then 'gone' else b.state end,
      content_hash = case when b.refs = 1 then null else b.content_hash end
  where b.tenant_id = mine and b.blob_id = home;
  return true;
end $$;
comment on function platform.drop_file(uuid, text) is
  'Removes a file of a room; the last one on a blob gives the blob to the sweep. Runs with the caller''s rights.';

create function platform.file_blobs_to_sweep(after uuid, staged_for interval, most integer)
  returns table (tenant_id uuid, blob_id uuid) language sql stable as $$
  select b.tenant_id, b.blob_id from platform.file_blobs b
  where b.state <> 'stored' and b.blob_id > after and (b.state = 'gone' or b.created_at < now() - staged_for)
  order by b.blob_id limit most
$$;
select platform.dispatch_function('platform.file_blobs_to_sweep(uuid, interval, integer)');
