-- The search of the inbox: which conversations hold a word, as keyed hashes. Filled after the commit, never by the message path.

create table conversations.message_words (
  tenant_id uuid not null,
  word_hash bytea not null,
  conversation_id uuid not null,
  primary key (tenant_id, word_hash, conversation_id)
);
comment on table conversations.message_words is 'A word of a conversation, as the first 16 bytes of its keyed hash. No foreign key: its check would lock the conversation''s row.';
create index message_words_of_conversation on conversations.message_words (tenant_id, conversation_id);
select platform.tenant_table('conversations.message_words');

create table conversations.worded (
  tenant_id uuid not null,
  conversation_id uuid not null,
  number bigint not null,
  primary key (tenant_id, conversation_id)
);
comment on table conversations.worded is 'Up to which message a conversation''s words are stored.';
select platform.tenant_table('conversations.worded');

create table conversations.word_work (
  tenant_id uuid not null,
  conversation_id uuid not null,
  mark bigint not null default 0,
  primary key (tenant_id, conversation_id)
);
comment on table conversations.word_work is 'A row while a conversation has messages whose words are not stored. The mark moves with each of them.';
select platform.tenant_table('conversations.word_work');

create table conversations.word_search (
  tenant_id uuid primary key,
  enabled boolean not null,
  version bigint not null default 1,
  settled boolean not null default false,
  filled_to uuid
);
comment on table conversations.word_search is 'Whether a tenant''s inbox is searched by words; without a row it is. settled: what the switch asks for is done.';
select platform.tenant_table('conversations.word_search');

create function conversations.due_words(p_most integer) returns table (tenant_id uuid) language sql stable as
$$ select distinct w.tenant_id from (select x.tenant_id from conversations.word_work x limit p_most) w $$;
select platform.dispatch_function('conversations.due_words(integer)');

create function conversations.unsettled_word_searches() returns table (tenant_id uuid) language sql stable as
$$ select s.tenant_id from conversations.word_search s where not s.settled $$;
select platform.dispatch_function('conversations.unsettled_word_searches()');
