-- What choosing a model and escalating cost: a row for each attempt of a turn whose models were chosen. Figures, names of models and codes; no text.

create table assistants.turn_attempts (
  tenant_id uuid not null,
  turn_id uuid not null,
  attempt smallint not null,
  at timestamptz not null default now(),
  assistant_id uuid,
  policy text,
  score double precision,
  features jsonb,
  tier text not null,
  model text not null,
  cost_usd numeric(24,12) not null,
  confidence double precision not null,
  stopped_by text,
  primary key (tenant_id, turn_id, attempt)
);
comment on column assistants.turn_attempts.features is 'On the first attempt: what the choice looked at, as figures. Null where a tier was named.';
comment on column assistants.turn_attempts.stopped_by is 'Why no other attempt followed; null where one did.';
select platform.tenant_table('assistants.turn_attempts');

create index turn_attempts_by_time on assistants.turn_attempts (tenant_id, at);
