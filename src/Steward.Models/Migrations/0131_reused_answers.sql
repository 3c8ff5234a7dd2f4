-- What was not spent, because an answer was given again. Figures; nothing leads from them to whom they were for.

create table models.reused_answers (
  tenant_id uuid not null,
  id uuid not null,
  at timestamptz not null,
  assistant_id uuid,
  model text not null,
  in_flight boolean not null,
  saved_usd numeric(24,12) not null,
  primary key (tenant_id, id)
);
comment on column models.reused_answers.saved_usd is 'What writing the answer had cost when it was written.';
select platform.tenant_table('models.reused_answers');

create index reused_answers_by_time on models.reused_answers (tenant_id, at);
