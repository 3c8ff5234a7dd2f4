-- Erasing a contact finds the calls that were made for it outside any conversation; those of a conversation are found by that.

create index spend_by_contact on models.spend (tenant_id, contact_id) where contact_id is not null and conversation_id is null;
