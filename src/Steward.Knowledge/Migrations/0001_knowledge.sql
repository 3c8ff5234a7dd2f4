-- Sources become articles, articles become passages, passages become index segments. Text is sealed everywhere.

create table knowledge.sources (
  tenant_id uuid not null,
  id uuid not null,
  kind text not null check (kind in ('file', 'url', 'text')),
  format text check (format in ('text', 'markdown', 'html', 'pdf', 'docx', 'csv')),
  article_kind text not null default 'document',
  title bytea not null,
  url bytea,
  url_hash bytea,
  state text not null check (state in ('queued', 'working', 'ready', 'failed')),
  step text,
  done integer not null default 0,
  total integer,
  error_code text,
  error_detail text,
  version integer not null default 1,
  live_version integer,
  content_hash bytea,
  live_hash bytea,
  size bigint,
  articles integer not null default 0,
  passages integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, id)
);
comment on column knowledge.sources.version is 'The newest content sent; live_version is the one that answers until the newest is published.';
comment on column knowledge.sources.error_detail is 'A sentence of ours, never text of the source.';
create index sources_content on knowledge.sources (tenant_id, content_hash);
create index sources_url on knowledge.sources (tenant_id, url_hash);
select platform.tenant_table('knowledge.sources');

create table knowledge.source_chunks (
  tenant_id uuid not null,
  source_id uuid not null,
  version integer not null,
  ordinal integer not null,
  body bytea not null,
  primary key (tenant_id, source_id, version, ordinal),
  foreign key (tenant_id, source_id) references knowledge.sources on delete cascade
);
select platform.tenant_table('knowledge.source_chunks');

create table knowledge.articles (
  tenant_id uuid not null,
  id uuid not null,
  source_id uuid not null,
  source_version integer not null,
  kept_for integer,
  ordinal integer not null,
  series uuid not null,
  version integer not null,
  supersedes uuid,
  state text not null check (state in ('staged', 'current', 'superseded')),
  kind text not null check (kind in ('document', 'faq', 'policy', 'instruction', 'location', 'hours')),
  category text,
  tags text[] not null default '{}',
  keywords text[] not null default '{}',
  priority integer not null default 0 check (priority between 0 and 100),
  active boolean not null default true,
  language text,
  valid_from timestamptz,
  valid_to timestamptz,
  metadata jsonb not null default '{}',
  title bytea not null,
  body bytea not null,
  url bytea,
  match_hash bytea not null,
  content_hash bytea not null,
  passages integer not null default 0,
  revision integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  superseded_at timestamptz,
  primary key (tenant_id, id),
  foreign key (tenant_id, source_id) references knowledge.sources on delete cascade
);
comment on column knowledge.articles.series is 'The first version''s id: all versions of one article share it.';
comment on column knowledge.articles.kept_for is 'The version of the source in which this article is unchanged: publishing it keeps the article as it is.';
create index articles_source on knowledge.articles (tenant_id, source_id, state, ordinal);
create index articles_series on knowledge.articles (tenant_id, series, version);
select platform.tenant_table('knowledge.articles');

create table knowledge.passages (
  tenant_id uuid not null,
  id uuid not null,
  article_id uuid not null,
  source_id uuid not null,
  ordinal integer not null,
  headings bytea not null,
  body bytea not null,
  tokens integer not null,
  text_hash bytea not null,
  embedding bytea,
  embedder text,
  primary key (tenant_id, id),
  foreign key (tenant_id, article_id) references knowledge.articles on delete cascade
);
comment on column knowledge.passages.embedding is 'Little-endian single precision numbers, plain: what they reveal is written down in docs/adr.';
create unique index passages_article on knowledge.passages (tenant_id, article_id, ordinal);
create index passages_source on knowledge.passages (tenant_id, source_id, text_hash);
select platform.tenant_table('knowledge.passages');

create table knowledge.segments (
  tenant_id uuid not null,
  id uuid not null,
  source_id uuid not null,
  source_version integer not null,
  live boolean not null default false,
  generation bigint not null default 0,
  passages integer not null,
  removed uuid[] not null default '{}',
  article_id uuid,
  body bytea not null,
  primary key (tenant_id, id),
  foreign key (tenant_id, source_id) references knowledge.sources on delete cascade
);
comment on column knowledge.segments.removed is 'Articles of the segment that no longer count: changed or switched off since it was built.';
comment on column knowledge.segments.article_id is 'Set when the segment stands for one article whose settings were edited after its source was indexed.';
alter table knowledge.segments alter column body set storage external;
create index segments_source on knowledge.segments (tenant_id, source_id);
select platform.tenant_table('knowledge.segments');

create sequence knowledge.generations;
grant usage on sequence knowledge.generations to steward_app;

create table knowledge.index_states (
  tenant_id uuid primary key,
  generation bigint not null
);
comment on table knowledge.index_states is 'One number per tenant: when it differs from what a node has loaded, the node looks at the segments again.';
select platform.tenant_table('knowledge.index_states');

create table knowledge.work (
  tenant_id uuid not null,
  source_id uuid not null,
  version integer not null,
  step text not null,
  force boolean not null default false,
  attempts integer not null default 0,
  claims integer not null default 0,
  due_at timestamptz not null default now(),
  node uuid,
  token uuid,
  leased_until timestamptz,
  primary key (tenant_id, source_id),
  foreign key (tenant_id, source_id) references knowledge.sources on delete cascade
);
comment on table knowledge.work is 'A row only while a source has work; claimed by lease.';
create index work_due on knowledge.work (due_at);
select platform.tenant_table('knowledge.work');

create function knowledge.claim_work(after_tenant uuid, most integer, by_node uuid, lease interval)
  returns table (work_tenant uuid, work_source uuid, work_token uuid) language sql as $$
  with due as (
    select w.tenant_id, w.source_id, row_number() over (partition by w.tenant_id order by w.due_at, w.source_id) as turn
    from knowledge.work w
    where w.due_at <= now() and (w.leased_until is null or w.leased_until < now())
  ), chosen as (
    select w.tenant_id, w.source_id
    from knowledge.work w join due d on d.tenant_id = w.tenant_id and d.source_id = w.source_id
    where w.due_at <= now() and (w.leased_until is null or w.leased_until < now())
    order by d.turn, w.tenant_id <= after_tenant, w.tenant_id
    limit most
    for update of w skip locked
  )
  update knowledge.work w
  set token = gen_random_uuid(), node = by_node, leased_until = now() + lease, claims = w.claims + 1
  from chosen c where c.tenant_id = w.tenant_id and c.source_id = w.source_id
  returning w.tenant_id, w.source_id, w.token
$$;
comment on function knowledge.claim_work(uuid, integer, uuid, interval) is 'Claims due work: the oldest of each tenant first, beginning with the tenant after the one served last.';
select platform.dispatch_function('knowledge.claim_work(uuid, integer, uuid, interval)');

create function knowledge.hold(source uuid, mine uuid, at_step text, lease interval) returns void language plpgsql as $$
begin
  update knowledge.work w set leased_until = now() + lease
  where w.tenant_id = (select current_setting('steward.tenant')::uuid) and w.source_id = source and w.token = mine and w.step = at_step;
  if not found then
    raise exception 'the lease on this source was lost' using errcode = 'KN001';
  end if;
end $$;
comment on function knowledge.hold(uuid, uuid, text, interval) is
  'The fence of every write of ingestion: raises unless the caller holds the lease and the step is still its own, and extends the lease.';
