-- A change of keys waits for a store outside the database that does not answer, and says so.

alter table platform.key_rotations
  drop constraint key_rotations_state_check,
  add constraint key_rotations_state_check check (state in ('asked', 'publishing', 'switching', 'sealing', 'waiting', 'blocked', 'done'));
comment on column platform.key_rotations.state is 'asked: a node will make the key; publishing: nodes learn the key; switching: nodes begin to use it; sealing: rows are sealed again; waiting: the same, and a store outside the database does not answer; blocked: rows that no key opens keep the old key.';
