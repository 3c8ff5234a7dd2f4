-- Shadow learning: what a model answered customers, masked, beside what another would have answered.

create table models.shadow_settings (
  tenant_id uuid not null,
  settings jsonb not null,
  version integer not null default 1,
  updated_at timestamptz not null default now(),
  primary key (tenant_id)
);
comment on column models.shadow_settings.settings is 'Figures and names of models. Nothing a customer wrote.';
select platform.tenant_table('models.shadow_settings');

create table models.shadow_pairs (
  tenant_id uuid not null,
  id uuid not null,
  at timestamptz not null,
  assistant_id uuid,
  conversation_id uuid not null,
  contact_id uuid not null,
  turn_id uuid not null,
  intent text not null,
  teacher text not null,
  student text,
  held_back boolean not null,
  embedder text,
  similarity double precision,
  pair bytea not null,
  primary key (tenant_id, id)
);
comment on column models.shadow_pairs.pair is 'Sealed: the masked prompt and both answers.';
comment on column models.shadow_pairs.held_back is 'Only measured, never exported: by a hash of the conversation.';
comment on column models.shadow_pairs.similarity is 'The cosine of both answers'' vectors by the embedder; null where no student was asked.';
select platform.tenant_table('models.shadow_pairs');

create unique index shadow_pairs_of_turn on models.shadow_pairs (tenant_id, turn_id);
create index shadow_pairs_by_time on models.shadow_pairs (tenant_id, at);
create index shadow_pairs_by_contact on models.shadow_pairs (tenant_id, contact_id);
create index shadow_pairs_by_conversation on models.shadow_pairs (tenant_id, conversation_id);
