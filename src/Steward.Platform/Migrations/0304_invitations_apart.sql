-- An invitation has two secrets: one is shown to whoever invites, the other is only mailed. And one that an operator made serves a tenant without an owner only.

alter table platform.invitations
  add column mailed_hash bytea,
  add column until_owned boolean not null default false,
  add constraint invitations_mailed unique (tenant_id, mailed_hash);
comment on column platform.invitations.mailed_hash is 'Of the secret that nobody saw but who reads mail at the address: using it proves the address.';
comment on column platform.invitations.until_owned is 'Made by an operator: worth nothing once the tenant has an active owner.';
update platform.invitations i set until_owned = true
  where i.role = 'owner' and i.accepted_at is null and exists (select from platform.operators o where o.operator_id = i.invited_by);
