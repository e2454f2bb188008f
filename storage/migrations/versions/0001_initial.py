"""The first schema: every table, and the triggers that keep history append-only."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# History is added to and never changed. Row triggers refuse UPDATE and DELETE, a statement trigger
# refuses TRUNCATE; the hash chain shows a line that is changed without writing all later ones anew.
HISTORY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER event_seal_append_only BEFORE UPDATE OR DELETE ON event_seal
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER event_seal_no_truncate BEFORE TRUNCATE ON event_seal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A seal that is far ahead, or of nothing, would stop sealing for good: nobody could seal after it.
-- Names are qualified, because a temporary table of the same name would be found first.
CREATE FUNCTION refuse_gap() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_wrong boolean;
BEGIN
    EXECUTE format(
        'SELECT EXISTS (SELECT FROM written w WHERE w.position < 1
             OR w.position > 1 AND NOT EXISTS (
                 SELECT FROM %1$I.event_seal s WHERE s.position = w.position - 1)
             OR NOT EXISTS (SELECT FROM %1$I.event e WHERE e.id = w.event_id))',
        TG_TABLE_SCHEMA) INTO is_wrong;
    IF is_wrong THEN
        RAISE EXCEPTION 'a seal continues the chain, and is of an event'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER event_seal_no_gap AFTER INSERT ON event_seal
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_gap();

CREATE FUNCTION queue_for_sealing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO event_to_seal SELECT id FROM written;
    RETURN NULL;
END $$;

CREATE TRIGGER event_queue_for_sealing AFTER INSERT ON event
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION queue_for_sealing();
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.create_table('authority_document',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=True),
    sa.Column('recorded_by', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('articles', 'decision', 'power_of_attorney', 'register_extract', 'other')", name=op.f('ck_authority_document_kind')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_authority_document'))
    )
    op.create_table('bulk_company',
    sa.Column('file', sa.String(), nullable=False),
    sa.Column('code', sa.String(), nullable=False),
    sa.Column('fingerprint', sa.Uuid(), nullable=False),
    sa.Column('vanished_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('file', 'code', name=op.f('pk_bulk_company'))
    )
    op.create_table('company',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), server_default='', nullable=False),
    sa.Column('sort_key', sa.Text(collation='C'), sa.Computed('btrim(translate(name, \'abcdefghijklmnopqrsšzžtuvwõäöüxy ABCDEFGHIJKLMNOPQRSŠZŽTUVWÕÄÖÜXYÀÁÂÃÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔØÙÚÛÝÞßàáâãåæçèéêëìíîïðñòóôøùúûýþÿĀāĂăĄąĆćĈĉĊċČčĎďĐđĒēĔĕĖėĘęĚěĜĝĞğĠġĢģĤĥĦħĨĩĪīĬĭĮįİıĴĵĶķĸĹĺĻļĽľŁłŃńŅņŇňŊŋŌōŎŏŐőŒœŔŕŖŗŘřŚśŜŝŞşŢţŤťŦŧŨũŪūŬŭŮůŰűŲųŴŵŶŷŸŹźŻżЀЁЂЃЄЅІЇЈЉЊЋЌЍЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯё"\'\'`´„“”‘’‚«»‹›\', \'abcdefghijklmnopqrstuvwxyzàáâãäå abcdefghijklmnopqrstuvwxyzàáâãäåaaaaaaceeeeiiiidnoooâxxxåwsaaaaaaceeeeiiiidnoooâxxxåwåaaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiijjkkkllllllllnnnnnnnnoooooooorrrrrrsssssswwwwwwxxxxxxxxxxxxzzåååuuuuѐеђѓєѕіїјљњћќѝўџабвгдежзийклмнопрстуфхцчшщъыьэюяе\'))', persisted=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_company')),
    sa.UniqueConstraint('country', 'code', name=op.f('uq_company_country_code'))
    )
    op.create_index('ix_company_sort_key', 'company', ['sort_key', 'id'], unique=False)
    op.create_table('drift_staged',
    sa.Column('check_id', sa.Uuid(), nullable=False),
    sa.Column('place', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('network', sa.Text(), nullable=False),
    sa.Column('network_id', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=True),
    sa.Column('number', sa.Text(), nullable=True),
    sa.Column('has', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('is_changing', sa.Boolean(), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('check_id', 'place', name=op.f('pk_drift_staged'))
    )
    op.create_table('event',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=True), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('actor', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=True),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('company_id', sa.Uuid(), nullable=True),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('reason', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('before', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('after', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event'))
    )
    op.create_index('ix_event_account_id_id', 'event', ['account_id', 'id'], unique=False)
    op.create_index('ix_event_at', 'event', ['at'], unique=False, postgresql_using='brin')
    op.create_index('ix_event_break_glass', 'event', ['at'], unique=False, postgresql_where=sa.text("kind = 'break_glass:used'"))
    op.create_index('ix_event_person_id_id', 'event', ['person_id', 'id'], unique=False, postgresql_where=sa.text('person_id IS NOT NULL'))
    op.create_index('ix_event_stuck', 'event', ['id'], unique=False, postgresql_where=sa.text("kind IN ('stuck:decided', 'stuck:ended', 'target:resumed')"))
    op.create_index('ix_event_subject_id_id', 'event', ['subject_id', 'id'], unique=False)
    op.create_table('event_note',
    sa.Column('event_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('key', sa.LargeBinary(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_event_note'))
    )
    op.create_table('event_seal',
    sa.Column('position', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('event_id', sa.BigInteger(), nullable=False),
    sa.Column('hash', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('position', name=op.f('pk_event_seal')),
    sa.UniqueConstraint('event_id', name=op.f('uq_event_seal_event_id'))
    )
    op.create_table('event_to_seal',
    sa.Column('event_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_event_to_seal'))
    )
    op.create_table('feed_cursor',
    sa.Column('feed', sa.String(), nullable=False),
    sa.Column('cursor', sa.Text(), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('feed', name=op.f('pk_feed_cursor'))
    )
    op.create_table('idempotency_key',
    sa.Column('caller', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('fingerprint', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('headers', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('body', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('caller', 'key', name=op.f('pk_idempotency_key'))
    )
    op.create_index('ix_idempotency_key_person_id', 'idempotency_key', ['person_id'], unique=False, postgresql_where=sa.text('person_id IS NOT NULL'))
    op.create_table('number_block',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('reason', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('number', 'prefix')", name=op.f('ck_number_block_kind')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_number_block'))
    )
    op.create_index('ix_number_block_subject_until', 'number_block', ['subject', 'until'], unique=False)
    op.create_table('operation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('subject_id', sa.Uuid(), nullable=True),
    sa.Column('asked', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('state', sa.Text(), server_default='pending', nullable=False),
    sa.Column('progress', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('result', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('error', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("state IN ('pending', 'running', 'succeeded', 'failed', 'cancelled')", name=op.f('ck_operation_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_operation'))
    )
    op.create_index('ix_operation_open', 'operation', ['id'], unique=False, postgresql_where=sa.text("state IN ('pending', 'running')"))
    op.create_index('ix_operation_person_id', 'operation', ['person_id'], unique=False)
    op.create_index('uq_operation_open_refresh', 'operation', ['person_id'], unique=True, postgresql_where=sa.text("kind = 'refresh' AND state IN ('pending', 'running')"))
    op.create_table('person',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), server_default='', nullable=False),
    sa.Column('named_by', sa.Text(), nullable=True),
    sa.Column('sort_key', sa.Text(collation='C'), sa.Computed('btrim(translate(name, \'abcdefghijklmnopqrsšzžtuvwõäöüxy ABCDEFGHIJKLMNOPQRSŠZŽTUVWÕÄÖÜXYÀÁÂÃÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔØÙÚÛÝÞßàáâãåæçèéêëìíîïðñòóôøùúûýþÿĀāĂăĄąĆćĈĉĊċČčĎďĐđĒēĔĕĖėĘęĚěĜĝĞğĠġĢģĤĥĦħĨĩĪīĬĭĮįİıĴĵĶķĸĹĺĻļĽľŁłŃńŅņŇňŊŋŌōŎŏŐőŒœŔŕŖŗŘřŚśŜŝŞşŢţŤťŦŧŨũŪūŬŭŮůŰűŲųŴŵŶŷŸŹźŻżЀЁЂЃЄЅІЇЈЉЊЋЌЍЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯё"\'\'`´„“”‘’‚«»‹›\', \'abcdefghijklmnopqrstuvwxyzàáâãäå abcdefghijklmnopqrstuvwxyzàáâãäåaaaaaaceeeeiiiidnoooâxxxåwsaaaaaaceeeeiiiidnoooâxxxåwåaaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiijjkkkllllllllnnnnnnnnoooooooorrrrrrsssssswwwwwwxxxxxxxxxxxxzzåååuuuuѐеђѓєѕіїјљњћќѝўџабвгдежзийклмнопрстуфхцчшщъыьэюяе\'))', persisted=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(erased_at IS NULL) = (country <> '--')", name=op.f('ck_person_erased')),
    sa.CheckConstraint("named_by IN ('register', 'login', 'operator')", name=op.f('ck_person_named_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('country', 'code', name=op.f('uq_person_country_code'))
    )
    op.create_table('port_out',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
    sa.Column('services', sa.ARRAY(sa.Uuid()), nullable=False),
    sa.Column('number_digest', sa.Text(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("state IN ('announced', 'cancelled', 'completed')", name=op.f('ck_port_out_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_port_out'))
    )
    op.create_index('ix_port_out_announced', 'port_out', ['at'], unique=False, postgresql_where=sa.text("state = 'announced'"))
    op.create_table('process',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('type', sa.Text(), nullable=False),
    sa.Column('workflow_id', sa.Text(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('waits_for', sa.Text(), nullable=True),
    sa.Column('request_event_id', sa.BigInteger(), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('tried_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('traceparent', sa.Text(), nullable=True),
    sa.CheckConstraint("traceparent ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$'", name=op.f('ck_process_traceparent')),
    sa.CheckConstraint("type IN ('approval', 'bank_statement', 'bulk_retry', 'contract_end', 'contract_sign', 'contract_start', 'delegation', 'departure_review', 'drift_check', 'notice_sms', 'number_verification', 'order', 'payment', 'refresh', 'register_sync', 'resend', 'usage_extract')", name=op.f('ck_process_type')),
    sa.CheckConstraint("waits_for IN ('bank', 'billing', 'confirmations', 'network', 'officer', 'operations', 'order', 'register', 'signer', 'signing_service', 'sim_swap', 'sms')", name=op.f('ck_process_waits_for')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_process')),
    sa.UniqueConstraint('workflow_id', name=op.f('uq_process_workflow_id'))
    )
    op.create_index('ix_process_check', 'process', [sa.literal_column('COALESCE(checked_at, asked_at)'), 'id'], unique=False, postgresql_where=sa.text('ended_at IS NULL'))
    op.create_index('ix_process_ended', 'process', ['type', 'ended_at'], unique=False, postgresql_where=sa.text('ended_at IS NOT NULL'))
    op.create_index('ix_process_unstarted', 'process', ['asked_at'], unique=False, postgresql_where=sa.text('started_at IS NULL AND ended_at IS NULL'))
    op.create_index('ix_process_untold', 'process', ['ended_at'], unique=False, postgresql_where=sa.text("ended_at IS NOT NULL AND told_at IS NULL AND type IN ('approval', 'contract_start', 'delegation', 'departure_review', 'payment')"))
    op.create_table('product',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('version', sa.String(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('document', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('is_current', sa.Boolean(), nullable=False),
    sa.Column('published_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', 'version', name=op.f('pk_product'))
    )
    op.create_index('uq_product_current', 'product', ['id'], unique=True, postgresql_where=sa.text('is_current'))
    op.create_table('rate_limit',
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('used_until', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'subject', name=op.f('pk_rate_limit'))
    )
    op.create_table('register_budget',
    sa.Column('register_name', sa.String(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('used_by_people', sa.Integer(), nullable=False),
    sa.Column('used_by_sync', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('register_name', 'day', name=op.f('pk_register_budget'))
    )
    op.create_table('register_ending',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('run_id', sa.Uuid(), nullable=True),
    sa.Column('grants', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_register_ending')),
    sa.UniqueConstraint('run_id', name=op.f('uq_register_ending_run_id'))
    )
    op.create_index(op.f('ix_register_ending_at'), 'register_ending', ['at'], unique=False)
    op.create_table('staff',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('name', sa.Text(), nullable=True),
    sa.Column('first_acted_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('last_acted_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff'))
    )
    op.create_table('step',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('process', sa.Text(), nullable=False),
    sa.Column('process_id', sa.Uuid(), nullable=False),
    sa.Column('workflow_id', sa.Text(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('target', sa.Text(), nullable=False),
    sa.Column('target_kind', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('item', sa.Text(), server_default='', nullable=False),
    sa.Column('stage', sa.Text(), server_default='reversible', nullable=False),
    sa.Column('undoes', sa.Uuid(), nullable=True),
    sa.Column('resource', sa.Text(), nullable=True),
    sa.Column('urgency', sa.Integer(), server_default='0', nullable=False),
    sa.Column('place', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('code', sa.Text(), nullable=True),
    sa.Column('detail', sa.Text(), server_default='', nullable=False),
    sa.Column('question_code', sa.Text(), nullable=True),
    sa.Column('question_detail', sa.Text(), server_default='', nullable=False),
    sa.Column('undo_reason', sa.Text(), nullable=True),
    sa.Column('can_undo', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('is_undo_known', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('is_overtaken', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('decision_no', sa.Integer(), server_default='1', nullable=False),
    sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('correction', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('receipt', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('waits_for', sa.Text(), nullable=True),
    sa.Column('go_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('woken_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('troubled_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("code IN ('answer_lost', 'busy', 'characteristic_invalid', 'credit_refused', 'database_restored', 'engine_error', 'limit_too_high', 'nobody_to_review', 'not_completed', 'number_in_use', 'overtaken', 'refused', 'service_ended', 'service_unknown', 'sim_unavailable', 'target_error', 'target_failing', 'target_paused', 'unreachable', 'workflow_closed', 'workflow_failing', 'workflow_missing')", name=op.f('ck_step_code')),
    sa.CheckConstraint("question_code IN ('answer_lost', 'busy', 'characteristic_invalid', 'credit_refused', 'database_restored', 'engine_error', 'limit_too_high', 'nobody_to_review', 'not_completed', 'number_in_use', 'overtaken', 'refused', 'service_ended', 'service_unknown', 'sim_unavailable', 'target_error', 'target_failing', 'target_paused', 'unreachable', 'workflow_closed', 'workflow_failing', 'workflow_missing')", name=op.f('ck_step_question_code')),
    sa.CheckConstraint("stage IN ('reversible', 'pivot', 'final')", name=op.f('ck_step_stage')),
    sa.CheckConstraint("state IN ('asked', 'sending', 'accepted', 'trouble', 'doubt', 'refused', 'aborting', 'given_up', 'done', 'skipped', 'undone', 'dropped')", name=op.f('ck_step_state')),
    sa.CheckConstraint("target_kind IN ('billing', 'network', 'sim_swap', 'sms')", name=op.f('ck_step_target_kind')),
    sa.CheckConstraint("undo_reason IN ('aborted', 'cancelled', 'failed')", name=op.f('ck_step_undo_reason')),
    sa.CheckConstraint("waits_for IN ('order', 'target')", name=op.f('ck_step_waits_for')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_step'))
    )
    op.create_index('ix_step_process_id', 'step', ['process_id'], unique=False)
    op.create_index('ix_step_resource_place', 'step', ['resource', 'place'], unique=False, postgresql_where=sa.text('released_at IS NULL AND resource IS NOT NULL'))
    op.create_index('ix_step_undo', 'step', ['woken_at'], unique=False, postgresql_where=sa.text('undo_reason IS NOT NULL AND ended_at IS NULL AND NOT is_undo_known'))
    op.create_index('ix_step_waiting', 'step', ['target', 'go_at'], unique=False, postgresql_where=sa.text('waits_for IS NOT NULL'))
    op.create_table('sync_run',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), server_default='running', nullable=False),
    sa.Column('reason', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('counts', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('preview', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('version', sa.Text(), nullable=True),
    sa.Column('sha256', sa.Text(), nullable=True),
    sa.Column('companies', sa.Integer(), nullable=True),
    sa.Column('decided_by', sa.Text(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decision_id', sa.Uuid(), nullable=True),
    sa.Column('note_id', sa.BigInteger(), nullable=True),
    sa.Column('woken_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('taken_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('waits_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("source IN ('file', 'changes', 'check', 'company')", name=op.f('ck_sync_run_source')),
    sa.CheckConstraint("state IN ('running', 'held', 'finished', 'unchanged', 'refused', 'rejected', 'failed')", name=op.f('ck_sync_run_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sync_run')),
    sa.UniqueConstraint('source', 'subject', name=op.f('uq_sync_run_source_subject'))
    )
    op.create_index('ix_sync_run_decided', 'sync_run', ['woken_at'], unique=False, postgresql_where=sa.text('decided_at IS NOT NULL AND taken_at IS NULL'))
    op.create_index('ix_sync_run_started_at', 'sync_run', ['started_at', 'id'], unique=False)
    op.create_table('target',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), server_default='available', nullable=False),
    sa.Column('failures', sa.Integer(), server_default='0', nullable=False),
    sa.Column('counted_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('paused_by', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('note_id', sa.BigInteger(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('probe_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('is_named', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.CheckConstraint("kind IN ('billing', 'network', 'sim_swap', 'sms')", name=op.f('ck_target_kind')),
    sa.CheckConstraint("state IN ('available', 'probing', 'paused')", name=op.f('ck_target_state')),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_target'))
    )
    op.create_table('target_failure',
    sa.Column('target', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('step_id', sa.Uuid(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('detail', sa.Text(), server_default='', nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("code IN ('answer_lost', 'busy', 'characteristic_invalid', 'credit_refused', 'database_restored', 'engine_error', 'limit_too_high', 'nobody_to_review', 'not_completed', 'number_in_use', 'overtaken', 'refused', 'service_ended', 'service_unknown', 'sim_unavailable', 'target_error', 'target_failing', 'target_paused', 'unreachable', 'workflow_closed', 'workflow_failing', 'workflow_missing')", name=op.f('ck_target_failure_code')),
    sa.PrimaryKeyConstraint('target', 'subject', name=op.f('pk_target_failure'))
    )
    op.create_table('account',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), server_default='', nullable=False),
    sa.Column('sort_key', sa.Text(collation='C'), sa.Computed('btrim(translate(COALESCE(NULLIF(name, \'\'), reference), \'abcdefghijklmnopqrsšzžtuvwõäöüxy ABCDEFGHIJKLMNOPQRSŠZŽTUVWÕÄÖÜXYÀÁÂÃÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔØÙÚÛÝÞßàáâãåæçèéêëìíîïðñòóôøùúûýþÿĀāĂăĄąĆćĈĉĊċČčĎďĐđĒēĔĕĖėĘęĚěĜĝĞğĠġĢģĤĥĦħĨĩĪīĬĭĮįİıĴĵĶķĸĹĺĻļĽľŁłŃńŅņŇňŊŋŌōŎŏŐőŒœŔŕŖŗŘřŚśŜŝŞşŢţŤťŦŧŨũŪūŬŭŮůŰűŲųŴŵŶŷŸŹźŻżЀЁЂЃЄЅІЇЈЉЊЋЌЍЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯё"\'\'`´„“”‘’‚«»‹›\', \'abcdefghijklmnopqrstuvwxyzàáâãäå abcdefghijklmnopqrstuvwxyzàáâãäåaaaaaaceeeeiiiidnoooâxxxåwsaaaaaaceeeeiiiidnoooâxxxåwåaaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiijjkkkllllllllnnnnnnnnoooooooorrrrrrsssssswwwwwwxxxxxxxxxxxxzzåååuuuuѐеђѓєѕіїјљњћќѝўџабвгдежзийклмнопрстуфхцчшщъыьэюяе\'))', persisted=True), nullable=False),
    sa.Column('company_id', sa.Uuid(), nullable=True),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('status', sa.Text(), server_default='active', nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("status IN ('active', 'closed')", name=op.f('ck_account_status')),
    sa.CheckConstraint('num_nonnulls(company_id, person_id) = 1', name=op.f('ck_account_one_owner')),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_account_company_id_company')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_account_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    sa.UniqueConstraint('reference', deferrable=True, initially='IMMEDIATE', name=op.f('uq_account_reference'))
    )
    op.create_index('ix_account_company_id', 'account', ['company_id'], unique=False, postgresql_where=sa.text('company_id IS NOT NULL'))
    op.create_index('ix_account_person_id', 'account', ['person_id'], unique=False, postgresql_where=sa.text('person_id IS NOT NULL'))
    op.create_table('appointment',
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('company_id', sa.Uuid(), nullable=False),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_appointment_company_id_company')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_appointment_person_id_person')),
    sa.PrimaryKeyConstraint('person_id', 'company_id', name=op.f('pk_appointment'))
    )
    op.create_index(op.f('ix_appointment_company_id'), 'appointment', ['company_id'], unique=False)
    op.create_table('bulk_retry',
    sa.Column('operation_id', sa.Uuid(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('stuck_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('result', sa.Text(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("result IN ('retried', 'skipped', 'refused', 'in_doubt')", name=op.f('ck_bulk_retry_result')),
    sa.ForeignKeyConstraint(['operation_id'], ['operation.id'], name=op.f('fk_bulk_retry_operation_id_operation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('operation_id', 'position', name=op.f('pk_bulk_retry'))
    )
    op.create_table('contact_settings',
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('language', sa.Text(), nullable=True),
    sa.Column('sms', sa.Boolean(), nullable=True),
    sa.Column('number', sa.Text(), nullable=True),
    sa.Column('operator_language', sa.Text(), nullable=True),
    sa.Column('operator_sms', sa.Boolean(), nullable=True),
    sa.Column('operator_number', sa.Text(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("language IN ('et', 'ru', 'en')", name=op.f('ck_contact_settings_language')),
    sa.CheckConstraint('num_nonnulls(language, sms) IN (0, 2) AND (number IS NULL OR sms IS NOT NULL)', name=op.f('ck_contact_settings_own_choice')),
    sa.CheckConstraint('num_nonnulls(operator_language, operator_sms) IN (0, 2) AND (operator_number IS NULL OR operator_sms IS NOT NULL)', name=op.f('ck_contact_settings_operators_choice')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_contact_settings_person_id_person')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_contact_settings'))
    )
    op.create_table('drift_network',
    sa.Column('check_id', sa.Uuid(), nullable=False),
    sa.Column('network', sa.String(), nullable=False),
    sa.Column('following', sa.Integer(), server_default='0', nullable=False),
    sa.Column('shown', sa.Integer(), server_default='0', nullable=False),
    sa.Column('rejected', sa.Integer(), server_default='0', nullable=False),
    sa.Column('total', sa.Integer(), nullable=True),
    sa.Column('first', sa.Text(), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=True),
    sa.Column('code', sa.Text(), nullable=True),
    sa.Column('detail', sa.Text(), server_default='', nullable=False),
    sa.CheckConstraint("code IN ('answer_lost', 'busy', 'characteristic_invalid', 'credit_refused', 'database_restored', 'engine_error', 'limit_too_high', 'nobody_to_review', 'not_completed', 'number_in_use', 'overtaken', 'refused', 'service_ended', 'service_unknown', 'sim_unavailable', 'target_error', 'target_failing', 'target_paused', 'unreachable', 'workflow_closed', 'workflow_failing', 'workflow_missing')", name=op.f('ck_drift_network_code')),
    sa.CheckConstraint("outcome IN ('complete', 'given_up')", name=op.f('ck_drift_network_outcome')),
    sa.ForeignKeyConstraint(['check_id'], ['operation.id'], name=op.f('fk_drift_network_check_id_operation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('check_id', 'network', name=op.f('pk_drift_network'))
    )
    op.create_table('feed_mark',
    sa.Column('feed', sa.String(), nullable=False),
    sa.Column('company_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.String(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_feed_mark_company_id_company')),
    sa.PrimaryKeyConstraint('feed', 'company_id', 'version', name=op.f('pk_feed_mark'))
    )
    op.create_table('register_state',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('company_id', sa.Uuid(), nullable=False),
    sa.Column('in_force', postgresql.TSTZRANGE(), nullable=False),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('state', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    postgresql.ExcludeConstraint((sa.column('company_id'), '='), (sa.column('in_force'), '&&'), using='gist', name='ex_register_state_in_force'),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_register_state_company_id_company')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_register_state'))
    )
    op.create_index('ix_register_state_opaque', 'register_state', ['company_id'], unique=False, postgresql_where=sa.text('upper_inf(in_force) AND state @> \'{"opaque": true}\''))
    op.create_table('rejected_record',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('found_in', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('company_id', sa.Uuid(), nullable=True),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('detail', sa.Text(), server_default='', nullable=False),
    sa.Column('occurrences', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.Column('run_id', sa.Uuid(), nullable=True),
    sa.Column('first_seen_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_rejected_record_company_id_company')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_rejected_record'))
    )
    op.create_index('uq_rejected_record_open', 'rejected_record', ['found_in', 'key'], unique=True, postgresql_where=sa.text('resolved_at IS NULL'))
    op.create_table('signing_rule_look',
    sa.Column('company_id', sa.Uuid(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('result', sa.Text(), nullable=False),
    sa.Column('looked_by', sa.Text(), nullable=False),
    sa.Column('looked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('note_id', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("result IN ('confirmed', 'refused')", name=op.f('ck_signing_rule_look_result')),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_signing_rule_look_company_id_company')),
    sa.PrimaryKeyConstraint('company_id', 'digest', name=op.f('pk_signing_rule_look'))
    )
    op.create_table('stuck',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('step_id', sa.Uuid(), nullable=True),
    sa.Column('process', sa.Text(), nullable=True),
    sa.Column('process_id', sa.Uuid(), nullable=True),
    sa.Column('workflow_id', sa.Text(), nullable=True),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('target', sa.Text(), nullable=True),
    sa.Column('action', sa.Text(), nullable=True),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('detail', sa.Text(), server_default='', nullable=False),
    sa.Column('question_code', sa.Text(), nullable=True),
    sa.Column('question_detail', sa.Text(), server_default='', nullable=False),
    sa.Column('can_ask', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('first_failed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_failed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('allowed_decisions', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('correctable_inputs', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('decision', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('note_id', sa.BigInteger(), nullable=True),
    sa.Column('woken_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resolution', sa.Text(), nullable=True),
    sa.CheckConstraint("code IN ('answer_lost', 'busy', 'characteristic_invalid', 'credit_refused', 'database_restored', 'engine_error', 'limit_too_high', 'nobody_to_review', 'not_completed', 'number_in_use', 'overtaken', 'refused', 'service_ended', 'service_unknown', 'sim_unavailable', 'target_error', 'target_failing', 'target_paused', 'unreachable', 'workflow_closed', 'workflow_failing', 'workflow_missing')", name=op.f('ck_stuck_code')),
    sa.CheckConstraint("kind IN ('trouble', 'refused', 'doubt', 'broken', 'paused', 'unattended')", name=op.f('ck_stuck_kind')),
    sa.CheckConstraint("question_code IN ('answer_lost', 'busy', 'characteristic_invalid', 'credit_refused', 'database_restored', 'engine_error', 'limit_too_high', 'nobody_to_review', 'not_completed', 'number_in_use', 'overtaken', 'refused', 'service_ended', 'service_unknown', 'sim_unavailable', 'target_error', 'target_failing', 'target_paused', 'unreachable', 'workflow_closed', 'workflow_failing', 'workflow_missing')", name=op.f('ck_stuck_question_code')),
    sa.CheckConstraint("resolution IN ('healed', 'retried', 'skipped', 'aborted', 'cancelled', 'failed', 'resumed', 'repaired', 'ended')", name=op.f('ck_stuck_resolution')),
    sa.CheckConstraint("state IN ('stuck', 'decided', 'retrying', 'closed')", name=op.f('ck_stuck_state')),
    sa.ForeignKeyConstraint(['step_id'], ['step.id'], name=op.f('fk_stuck_step_id_step')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stuck'))
    )
    op.create_index('ix_stuck_decided', 'stuck', ['woken_at'], unique=False, postgresql_where=sa.text("state = 'decided'"))
    op.create_index('ix_stuck_open', 'stuck', ['since', 'id'], unique=False, postgresql_where=sa.text("state <> 'closed'"))
    op.create_index('ix_stuck_open_account', 'stuck', ['account_id', 'since', 'id'], unique=False, postgresql_where=sa.text("state <> 'closed'"))
    op.create_index('ix_stuck_open_process', 'stuck', ['process', 'since', 'id'], unique=False, postgresql_where=sa.text("state <> 'closed'"))
    op.create_index('ix_stuck_open_reason', 'stuck', ['target', 'code', 'since', 'id'], unique=False, postgresql_include=['kind', 'state'], postgresql_where=sa.text("state <> 'closed'"))
    op.create_index('ix_stuck_process_id', 'stuck', ['process_id'], unique=False)
    op.create_index('ix_stuck_step_id', 'stuck', ['step_id'], unique=False, postgresql_where=sa.text('step_id IS NOT NULL'))
    op.create_table('sync_change',
    sa.Column('run_id', sa.Uuid(), nullable=False),
    sa.Column('company_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), server_default='pending', nullable=False),
    sa.Column('answer', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('appeared', 'changed', 'vanished', 'listed', 'checked', 'customer', 'again')", name=op.f('ck_sync_change_kind')),
    sa.CheckConstraint("state IN ('pending', 'answered', 'unknown', 'applied')", name=op.f('ck_sync_change_state')),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_sync_change_company_id_company')),
    sa.ForeignKeyConstraint(['run_id'], ['sync_run.id'], name=op.f('fk_sync_change_run_id_sync_run'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('run_id', 'company_id', name=op.f('pk_sync_change'))
    )
    op.create_index('ix_sync_change_pending', 'sync_change', ['run_id'], unique=False, postgresql_where=sa.text("state = 'pending'"))
    op.create_table('verification',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('client', sa.Text(), nullable=True),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('prefix', sa.Text(), nullable=False),
    sa.Column('method', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('message', sa.Text(), nullable=True),
    sa.Column('sends', sa.Integer(), nullable=False),
    sa.Column('wrong_codes', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('resend_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('code_accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.CheckConstraint("language IN ('et', 'ru', 'en')", name=op.f('ck_verification_language')),
    sa.CheckConstraint("method IN ('sms', 'mobiil_id')", name=op.f('ck_verification_method')),
    sa.CheckConstraint("state IN ('sent', 'verified', 'failed', 'expired', 'superseded', 'cancelled', 'undeliverable')", name=op.f('ck_verification_state')),
    sa.CheckConstraint('num_nonnulls(person_id, client) = 1', name=op.f('ck_verification_one_requester')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_verification_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_verification'))
    )
    op.create_index('ix_verification_person_id_created_at', 'verification', ['person_id', 'created_at'], unique=False)
    op.create_index('ix_verification_prefix_created_at', 'verification', ['prefix', 'created_at'], unique=False)
    op.create_index('uq_verification_open', 'verification', [sa.literal_column('COALESCE(CAST(person_id AS text), client)'), 'number'], unique=True, postgresql_where=sa.text("state = 'sent'"))
    op.create_table('access_bar',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('begun_by', sa.Uuid(), nullable=False),
    sa.Column('lifted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lifted_by', sa.Uuid(), nullable=True),
    sa.CheckConstraint('lifted_at IS NOT NULL OR lifted_by IS NULL', name=op.f('ck_access_bar_lifted')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_access_bar_account_id_account')),
    sa.ForeignKeyConstraint(['begun_by'], ['person.id'], name=op.f('fk_access_bar_begun_by_person')),
    sa.ForeignKeyConstraint(['lifted_by'], ['person.id'], name=op.f('fk_access_bar_lifted_by_person')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_access_bar_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_bar'))
    )
    op.create_index('ix_access_bar_account_id', 'access_bar', ['account_id', 'id'], unique=False)
    op.create_index('ix_access_bar_begun_by', 'access_bar', ['begun_by'], unique=False)
    op.create_index('ix_access_bar_lifted_by', 'access_bar', ['lifted_by'], unique=False)
    op.create_index('ix_access_bar_person_id', 'access_bar', ['person_id'], unique=False)
    op.create_index('uq_access_bar_in_force', 'access_bar', ['account_id', 'person_id'], unique=True, postgresql_where=sa.text('lifted_at IS NULL'))
    op.create_table('access_use',
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('last_used_day', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_access_use_account_id_account')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_access_use_person_id_person')),
    sa.PrimaryKeyConstraint('account_id', 'person_id', name=op.f('pk_access_use'))
    )
    op.create_index(op.f('ix_access_use_person_id'), 'access_use', ['person_id'], unique=False)
    op.create_table('approval',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('company_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('proposer_id', sa.Uuid(), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('act', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('waits_because', sa.Text(), nullable=True),
    sa.Column('register_state_id', sa.Uuid(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('lapses_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('woken_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('register_asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_reason', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('declined_by', sa.Uuid(), nullable=True),
    sa.Column('decline_reason', sa.Text(), nullable=True),
    sa.Column('decline_message', sa.Text(), server_default='', nullable=False),
    sa.CheckConstraint("(state = 'declined') = (decline_reason IS NOT NULL)", name=op.f('ck_approval_declined_with_a_reason')),
    sa.CheckConstraint("(state IN ('awaiting_confirmations', 'awaiting_officer', 'checking_register')) = (ended_at IS NULL)", name=op.f('ck_approval_ended')),
    sa.CheckConstraint("decline_reason IN ('not_agreed', 'wrong_terms', 'not_expected', 'other')", name=op.f('ck_approval_decline_reason')),
    sa.CheckConstraint("kind IN ('delegation_give', 'delegation_renew', 'delegations_keep', 'access_request_approve', 'order_place', 'number_give', 'contract_start', 'contract_end', 'contract_end_cancel', 'contract_resume')", name=op.f('ck_approval_kind')),
    sa.CheckConstraint("state IN ('awaiting_confirmations', 'awaiting_officer', 'checking_register', 'carried_out', 'declined', 'withdrawn', 'lapsed', 'refused')", name=op.f('ck_approval_state')),
    sa.CheckConstraint("waits_because IN ('register_unavailable', 'register_answer_held', 'signing_rule_doubted', 'cannot_be_filled')", name=op.f('ck_approval_waits_because')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_approval_account_id_account')),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_approval_company_id_company')),
    sa.ForeignKeyConstraint(['declined_by'], ['person.id'], name=op.f('fk_approval_declined_by_person')),
    sa.ForeignKeyConstraint(['proposer_id'], ['person.id'], name=op.f('fk_approval_proposer_id_person')),
    sa.ForeignKeyConstraint(['register_state_id'], ['register_state.id'], name=op.f('fk_approval_register_state_id_register_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approval'))
    )
    op.create_index('ix_approval_account_id', 'approval', ['account_id', 'created_at', 'id'], unique=False)
    op.create_index('ix_approval_company_id', 'approval', ['company_id'], unique=False, postgresql_where=sa.text('ended_at IS NULL'))
    op.create_index('ix_approval_declined_by', 'approval', ['declined_by'], unique=False)
    op.create_index('ix_approval_proposer_id', 'approval', ['proposer_id', 'created_at', 'id'], unique=False)
    op.create_index('ix_approval_unseen', 'approval', ['changed_at'], unique=False, postgresql_where=sa.text('ended_at IS NULL AND seen_at IS NULL'))
    op.create_index('uq_approval_open', 'approval', ['kind', 'subject_id'], unique=True, postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('customer_size',
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('size_class', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('as_of', sa.Date(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("size_class IN ('consumer', 'micro', 'small', 'non_profit', 'larger')", name=op.f('ck_customer_size_size_class')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_customer_size_account_id_account')),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_customer_size'))
    )
    op.create_table('delegation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('receiver_id', sa.Uuid(), nullable=True),
    sa.Column('giver_id', sa.Uuid(), nullable=True),
    sa.Column('parent_id', sa.Uuid(), nullable=True),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('next_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('confirmed_by', sa.Uuid(), nullable=True),
    sa.Column('confirmed_jointly', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_reason', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.CheckConstraint("(state IN ('active', 'awaiting_acceptance', 'awaiting_confirmations', 'scheduled', 'suspended')) = (ended_at IS NULL)", name=op.f('ck_delegation_ended')),
    sa.CheckConstraint("state IN ('awaiting_confirmations', 'awaiting_acceptance', 'scheduled', 'active', 'suspended', 'ended', 'declined', 'withdrawn', 'lapsed')", name=op.f('ck_delegation_state')),
    sa.CheckConstraint('next_due_at IS NULL OR ended_at IS NULL', name=op.f('ck_delegation_nothing_due_after_its_end')),
    sa.CheckConstraint('receiver_id IS NOT NULL OR accepted_at IS NULL', name=op.f('ck_delegation_receiver')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_delegation_account_id_account')),
    sa.ForeignKeyConstraint(['confirmed_by'], ['person.id'], name=op.f('fk_delegation_confirmed_by_person')),
    sa.ForeignKeyConstraint(['giver_id'], ['person.id'], name=op.f('fk_delegation_giver_id_person')),
    sa.ForeignKeyConstraint(['parent_id'], ['delegation.id'], name=op.f('fk_delegation_parent_id_delegation')),
    sa.ForeignKeyConstraint(['receiver_id'], ['person.id'], name=op.f('fk_delegation_receiver_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delegation'))
    )
    op.create_index('ix_delegation_account_id', 'delegation', ['account_id', 'id'], unique=False)
    op.create_index('ix_delegation_confirmed_by', 'delegation', ['confirmed_by'], unique=False, postgresql_where=sa.text('confirmed_by IS NOT NULL'))
    op.create_index('ix_delegation_giver_id', 'delegation', ['giver_id'], unique=False)
    op.create_index('ix_delegation_next_due_at', 'delegation', ['next_due_at'], unique=False, postgresql_where=sa.text('next_due_at IS NOT NULL'))
    op.create_index('ix_delegation_parent_id', 'delegation', ['parent_id'], unique=False)
    op.create_index('ix_delegation_receiver_id', 'delegation', ['receiver_id'], unique=False)
    op.create_table('departure_review',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('giver_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closes_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('period', sa.Integer(), nullable=False),
    sa.Column('unattended_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'open') = (ended_at IS NULL)", name=op.f('ck_departure_review_ended')),
    sa.CheckConstraint("state IN ('open', 'completed', 'lapsed', 'cancelled')", name=op.f('ck_departure_review_state')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_departure_review_account_id_account')),
    sa.ForeignKeyConstraint(['giver_id'], ['person.id'], name=op.f('fk_departure_review_giver_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_departure_review'))
    )
    op.create_index('ix_departure_review_giver_id', 'departure_review', ['giver_id'], unique=False)
    op.create_index('uq_departure_review_open', 'departure_review', ['account_id', 'giver_id'], unique=True, postgresql_where=sa.text("state = 'open'"))
    op.create_table('mandate',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('permissions', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('service_ids', sa.ARRAY(sa.Uuid()), nullable=False),
    sa.Column('from_day', sa.Date(), nullable=False),
    sa.Column('through_day', sa.Date(), nullable=False),
    sa.Column('recorded_by', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('lapses_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('answered_by', sa.Text(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_reason', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.CheckConstraint("answer <> 'confirmed' OR COALESCE(answered_by <> recorded_by, false)", name=op.f('ck_mandate_four_eyes')),
    sa.CheckConstraint("answer IN ('confirmed', 'rejected', 'withdrawn', 'lapsed')", name=op.f('ck_mandate_answer')),
    sa.CheckConstraint("num_nonnulls(ended_at, ended_reason) IN (0, 2) AND (ended_at IS NULL OR answer = 'confirmed')", name=op.f('ck_mandate_ended')),
    sa.CheckConstraint("person_id IS NOT NULL OR answer IN ('rejected', 'withdrawn', 'lapsed')", name=op.f('ck_mandate_person')),
    sa.CheckConstraint('(answer IS NULL) = (answered_at IS NULL)', name=op.f('ck_mandate_answered')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_mandate_account_id_account')),
    sa.ForeignKeyConstraint(['document_id'], ['authority_document.id'], name=op.f('fk_mandate_document_id_authority_document')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_mandate_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mandate'))
    )
    op.create_index('ix_mandate_account_id', 'mandate', ['account_id', 'recorded_at', 'id'], unique=False)
    op.create_index('ix_mandate_in_force', 'mandate', ['recorded_at', 'id'], unique=False, postgresql_where=sa.text("answer = 'confirmed' AND ended_at IS NULL"))
    op.create_index('ix_mandate_person_id', 'mandate', ['person_id'], unique=False)
    op.create_index('ix_mandate_proposed', 'mandate', ['lapses_at'], unique=False, postgresql_where=sa.text('answer IS NULL'))
    op.create_index('ix_mandate_recorded_at', 'mandate', ['recorded_at', 'id'], unique=False)
    op.create_table('notice',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('occasion', sa.Text(), server_default='', nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('facts', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('access_ended', 'access_request_answered', 'access_request_lapsed', 'access_requested', 'access_restored', 'access_shortened', 'access_suspended', 'approval_asked_anew', 'approval_carried_out', 'approval_declined', 'approval_lapsed', 'approval_proposed', 'approval_refused', 'approval_reminder', 'approval_withdrawn', 'call_details_asked', 'contract_end_proposed', 'contract_ends', 'contract_expires', 'contract_goes_on', 'contract_resumed', 'contract_suspended', 'delegation_accepted', 'delegation_changed', 'delegation_declined', 'delegation_ended', 'delegation_ends_soon', 'delegation_imported', 'delegation_narrowed', 'delegation_offer_withdrawn', 'delegation_offered', 'delegation_restored', 'delegation_revoked', 'delegation_suspended', 'delegation_taken_back', 'mandate_ended', 'mandate_recorded', 'number_asked_for', 'number_leaves', 'number_stays', 'order_confirmed', 'order_not_confirmed', 'order_reminder', 'order_to_confirm', 'payment_came_otherwise', 'payment_overpaid', 'payment_refused', 'payment_returned', 'review_decided', 'review_opened', 'review_reminder')", name=op.f('ck_notice_kind')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_notice_account_id_account')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notice_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice')),
    sa.UniqueConstraint('person_id', 'kind', 'subject_id', 'occasion', name=op.f('uq_notice_person_id_kind_subject_id_occasion'))
    )
    op.create_index('ix_notice_created_at', 'notice', ['created_at'], unique=False)
    op.create_index('ix_notice_person_id_created_at', 'notice', ['person_id', 'created_at', 'id'], unique=False)
    op.create_index('ix_notice_unread', 'notice', ['person_id'], unique=False, postgresql_where=sa.text('read_at IS NULL'))
    op.create_table('service',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('number', sa.Text(), nullable=True),
    sa.Column('own_number', sa.Text(), sa.Computed("CASE WHEN status = 'active' AND kind NOT IN ('mobiil_id') THEN number END", persisted=True), nullable=True),
    sa.Column('number_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('user_id', sa.Uuid(), nullable=True),
    sa.Column('network', sa.Text(), nullable=True),
    sa.Column('network_id', sa.Text(), nullable=True),
    sa.Column('name', sa.Text(), server_default='', nullable=False),
    sa.Column('sort_key', sa.Text(collation='C'), sa.Computed('btrim(translate(name, \'abcdefghijklmnopqrsšzžtuvwõäöüxy ABCDEFGHIJKLMNOPQRSŠZŽTUVWÕÄÖÜXYÀÁÂÃÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔØÙÚÛÝÞßàáâãåæçèéêëìíîïðñòóôøùúûýþÿĀāĂăĄąĆćĈĉĊċČčĎďĐđĒēĔĕĖėĘęĚěĜĝĞğĠġĢģĤĥĦħĨĩĪīĬĭĮįİıĴĵĶķĸĹĺĻļĽľŁłŃńŅņŇňŊŋŌōŎŏŐőŒœŔŕŖŗŘřŚśŜŝŞşŢţŤťŦŧŨũŪūŬŭŮůŰűŲųŴŵŶŷŸŹźŻżЀЁЂЃЄЅІЇЈЉЊЋЌЍЎЏАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯё"\'\'`´„“”‘’‚«»‹›\', \'abcdefghijklmnopqrstuvwxyzàáâãäå abcdefghijklmnopqrstuvwxyzàáâãäåaaaaaaceeeeiiiidnoooâxxxåwsaaaaaaceeeeiiiidnoooâxxxåwåaaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiijjkkkllllllllnnnnnnnnoooooooorrrrrrsssssswwwwwwxxxxxxxxxxxxzzåååuuuuѐеђѓєѕіїјљњћќѝўџабвгдежзийклмнопрстуфхцчшщъыьэюяе\'))', persisted=True), nullable=False),
    sa.Column('status', sa.Text(), server_default='active', nullable=False),
    sa.Column('access_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('wanted', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('wanted_version', sa.Integer(), server_default='0', nullable=False),
    sa.Column('told', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("kind IN ('mobile', 'fixed_line', 'internet', 'router', 'mobiil_id')", name=op.f('ck_service_kind')),
    sa.CheckConstraint("status IN ('pending', 'active', 'ended')", name=op.f('ck_service_status')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_service_account_id_account')),
    sa.ForeignKeyConstraint(['user_id'], ['person.id'], name=op.f('fk_service_user_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service')),
    sa.UniqueConstraint('own_number', deferrable=True, initially='IMMEDIATE', name=op.f('uq_service_own_number'))
    )
    op.create_index('ix_service_account_id_id', 'service', ['account_id', 'id'], unique=False)
    op.create_index('ix_service_number', 'service', ['number'], unique=False, postgresql_where=sa.text("number IS NOT NULL AND status <> 'ended'"))
    op.create_index('ix_service_user_id', 'service', ['user_id'], unique=False, postgresql_where=sa.text('user_id IS NOT NULL'))
    op.create_table('payment',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('process_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.Column('invoice_id', sa.Uuid(), nullable=False),
    sa.Column('bill_id', sa.Text(), nullable=False),
    sa.Column('invoice_number', sa.Text(), nullable=False),
    sa.Column('origin', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('bank', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('amount', sa.Numeric(precision=14, scale=2), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('attention', sa.Text(), nullable=True),
    sa.Column('attention_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('bank_reference', sa.Text(), nullable=True),
    sa.Column('booked_key', sa.Text(), nullable=True),
    sa.Column('unapplied', sa.Numeric(precision=14, scale=2), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('booked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('returned_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('refunded_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('woken_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("attention IN ('differs', 'reference_used', 'paid_twice', 'not_in_statement', 'not_booked', 'returned', 'process_ended')", name=op.f('ck_payment_attention')),
    sa.CheckConstraint("origin IN ('person', 'statement', 'operations')", name=op.f('ck_payment_origin')),
    sa.CheckConstraint("state IN ('created', 'sent', 'authorising', 'waiting_second_signer', 'accepted', 'settled', 'returned', 'refused', 'cancelled', 'expired', 'unknown', 'mismatch')", name=op.f('ck_payment_state')),
    sa.CheckConstraint('amount > 0', name=op.f('ck_payment_amount')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_payment_account_id_account')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_payment_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_payment')),
    sa.UniqueConstraint('process_id', name=op.f('uq_payment_process_id'))
    )
    op.create_index('ix_payment_account_id', 'payment', ['account_id'], unique=False)
    op.create_index('ix_payment_attention', 'payment', ['attention_since', 'id'], unique=False, postgresql_where=sa.text('attention IS NOT NULL'))
    op.create_index('ix_payment_created', 'payment', ['created_at', 'id'], unique=False)
    op.create_index('ix_payment_ended_at', 'payment', ['ended_at'], unique=False, postgresql_where=sa.text('ended_at IS NOT NULL'))
    op.create_index('ix_payment_invoice_id', 'payment', ['invoice_id', 'created_at', 'id'], unique=False)
    op.create_index('ix_payment_person_id', 'payment', ['person_id'], unique=False, postgresql_where=sa.text('person_id IS NOT NULL'))
    op.create_index('ix_payment_reference', 'payment', [sa.literal_column("ltrim(reference, '0')"), 'created_at'], unique=False)
    op.create_index('ix_payment_unseen', 'payment', ['changed_at'], unique=False, postgresql_where=sa.text('seen_at IS NULL'))
    op.create_index('uq_payment_bank_reference', 'payment', ['bank', 'bank_reference'], unique=True, postgresql_where=sa.text('bank_reference IS NOT NULL'))
    op.create_index('uq_payment_started', 'payment', ['invoice_id'], unique=True, postgresql_where=sa.text("state IN ('created', 'sent', 'authorising', 'waiting_second_signer', 'unknown')"))
    op.create_table('payment_stamp',
    sa.Column('stamp', sa.String(), nullable=False),
    sa.Column('payment_id', sa.Uuid(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("stamp ~ '^[0-9]{20}$'", name=op.f('ck_payment_stamp_stamp')),
    sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_payment_stamp_payment_id_payment'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('stamp', name=op.f('pk_payment_stamp'))
    )
    op.create_index('ix_payment_stamp_payment_id', 'payment_stamp', ['payment_id'], unique=False)
    op.create_table('bank_entry',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('bank', sa.Text(), nullable=False),
    sa.Column('bank_reference', sa.Text(), nullable=False),
    sa.Column('is_numbered', sa.Boolean(), nullable=False),
    sa.Column('statement_id', sa.Text(), nullable=False),
    sa.Column('amount', sa.Numeric(precision=14, scale=2), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=True),
    sa.Column('booked_on', sa.Date(), nullable=False),
    sa.Column('is_return', sa.Boolean(), nullable=False),
    sa.Column('transfer_id', sa.Text(), nullable=True),
    sa.Column('returned_reference', sa.Text(), nullable=True),
    sa.Column('payer_name', sa.Text(), nullable=True),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('fault', sa.Text(), nullable=True),
    sa.Column('payment_id', sa.Uuid(), nullable=True),
    sa.Column('received_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Text(), nullable=True),
    sa.CheckConstraint("fault IN ('no_reference', 'unknown_reference', 'unknown_return', 'other_currency', 'maybe_known', 'released', 'in_question')", name=op.f('ck_bank_entry_fault')),
    sa.CheckConstraint("state IN ('matched', 'unmatched', 'ignored')", name=op.f('ck_bank_entry_state')),
    sa.ForeignKeyConstraint(['payment_id'], ['payment.id'], name=op.f('fk_bank_entry_payment_id_payment')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bank_entry')),
    sa.UniqueConstraint('bank', 'bank_reference', name=op.f('uq_bank_entry_bank_bank_reference'))
    )
    op.create_index('ix_bank_entry_booked', 'bank_entry', ['bank', 'booked_on', 'amount'], unique=False)
    op.create_index('ix_bank_entry_payment_id', 'bank_entry', ['payment_id'], unique=False)
    op.create_index('ix_bank_entry_received', 'bank_entry', ['received_at', 'id'], unique=False)
    op.create_index('ix_bank_entry_unmatched', 'bank_entry', ['received_at', 'id'], unique=False, postgresql_where=sa.text("state = 'unmatched'"))
    op.create_table('bank_statement',
    sa.Column('bank', sa.String(), nullable=False),
    sa.Column('statement_id', sa.String(), nullable=False),
    sa.Column('place', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('entries', sa.Integer(), nullable=False),
    sa.Column('new_entries', sa.Integer(), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('bank', 'statement_id', name=op.f('pk_bank_statement'))
    )
    op.create_table('signing_rule_reading',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('company_id', sa.Uuid(), nullable=False),
    sa.Column('register_state_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.Text(), server_default='proposed', nullable=False),
    sa.Column('through_day', sa.Date(), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('recorded_by', sa.Text(), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_by', sa.Text(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.Text(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name=op.f('ck_signing_rule_reading_decided')),
    sa.CheckConstraint("state IN ('proposed', 'confirmed', 'rejected', 'withdrawn', 'ended', 'void')", name=op.f('ck_signing_rule_reading_state')),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_signing_rule_reading_company_id_company')),
    sa.ForeignKeyConstraint(['document_id'], ['authority_document.id'], name=op.f('fk_signing_rule_reading_document_id_authority_document')),
    sa.ForeignKeyConstraint(['register_state_id'], ['register_state.id'], name=op.f('fk_signing_rule_reading_register_state_id_register_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signing_rule_reading'))
    )
    op.create_index('ix_signing_rule_reading_company_id', 'signing_rule_reading', ['company_id', 'recorded_at'], unique=False)
    op.create_index('uq_signing_rule_reading_open', 'signing_rule_reading', ['company_id', 'state'], unique=True, postgresql_where=sa.text("state IN ('proposed', 'confirmed')"))
    op.create_table('sms',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('verification_id', sa.Uuid(), nullable=True),
    sa.Column('notice_id', sa.Uuid(), nullable=True),
    sa.Column('send', sa.Integer(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=True),
    sa.Column('delivery', sa.Text(), nullable=False),
    sa.Column('provider_id', sa.Text(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('parts', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('reported_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("delivery IN ('pending', 'sending', 'unknown', 'accepted', 'sent', 'failed_temporary', 'failed_permanent', 'expired', 'delivered')", name=op.f('ck_sms_delivery')),
    sa.CheckConstraint('(digest IS NULL) = (verification_id IS NULL)', name=op.f('ck_sms_code')),
    sa.CheckConstraint('num_nonnulls(verification_id, notice_id) = 1', name=op.f('ck_sms_one_purpose')),
    sa.ForeignKeyConstraint(['verification_id'], ['verification.id'], name=op.f('fk_sms_verification_id_verification')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sms')),
    sa.UniqueConstraint('notice_id', 'send', name=op.f('uq_sms_notice_id_send')),
    sa.UniqueConstraint('verification_id', 'send', name=op.f('uq_sms_verification_id_send'))
    )
    op.create_table('billing_change',
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_billing_change_account_id_account')),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_billing_change'))
    )
    op.create_table('billing_snapshot',
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('body', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('balance', 'costs', 'credit_limit', 'credit_limit_history', 'invoice', 'invoice_lines', 'invoices', 'usage')", name=op.f('ck_billing_snapshot_kind')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_billing_snapshot_account_id_account')),
    sa.PrimaryKeyConstraint('account_id', 'kind', 'subject', name=op.f('pk_billing_snapshot'))
    )
    op.create_table('invoice',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('billing_id', sa.Text(), nullable=False),
    sa.Column('number', sa.Text(), nullable=False),
    sa.Column('category', sa.Text(), nullable=False),
    sa.Column('bill_state', sa.Text(), nullable=False),
    sa.Column('settlement', sa.Text(), nullable=False),
    sa.Column('issued_on', sa.Date(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('period_start', sa.Date(), nullable=True),
    sa.Column('period_through', sa.Date(), nullable=True),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('total', sa.Numeric(precision=21, scale=6), nullable=False),
    sa.Column('left_amount', sa.Numeric(precision=21, scale=6), nullable=False),
    sa.Column('payment_reference', sa.Text(), nullable=True),
    sa.Column('has_document', sa.Boolean(), nullable=False),
    sa.Column('details', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('is_listed', sa.Boolean(), nullable=False),
    sa.CheckConstraint("bill_state IN ('new', 'onHold', 'validated', 'sent', 'partiallyPaid', 'settled')", name=op.f('ck_invoice_bill_state')),
    sa.CheckConstraint("category IN ('normal', 'duplicate', 'interim', 'last', 'credit_note')", name=op.f('ck_invoice_category')),
    sa.CheckConstraint("settlement IN ('open', 'paid', 'credit')", name=op.f('ck_invoice_settlement')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_invoice_account_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invoice')),
    sa.UniqueConstraint('billing_id', name=op.f('uq_invoice_billing_id'))
    )
    op.create_index('ix_invoice_account_id', 'invoice', ['account_id', 'issued_on', 'id'], unique=False)
    op.create_index('ix_invoice_open', 'invoice', ['account_id', 'issued_on', 'id'], unique=False, postgresql_where=sa.text("settlement = 'open'"))
    op.create_index('ix_invoice_payment_reference', 'invoice', ['payment_reference'], unique=False, postgresql_where=sa.text('payment_reference IS NOT NULL'))
    op.create_table('stored_document',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('content_type', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('keep_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('legal_hold', sa.Boolean(), nullable=False),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('contract', 'contract_summary', 'container', 'signature', 'termination')", name=op.f('ck_stored_document_kind')),
    sa.CheckConstraint("language IN ('et', 'ru', 'en')", name=op.f('ck_stored_document_language')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_stored_document_account_id_account')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stored_document')),
    sa.UniqueConstraint('subject_id', 'kind', 'sha256', name=op.f('uq_stored_document_subject_id_kind_sha256'))
    )
    op.create_index('ix_stored_document_account_id', 'stored_document', ['account_id'], unique=False)
    op.create_index('ix_stored_document_held', 'stored_document', ['subject_id', 'id'], unique=False, postgresql_where=sa.text('legal_hold'))
    op.create_index('ix_stored_document_keep_until', 'stored_document', ['keep_until'], unique=False, postgresql_where=sa.text('erased_at IS NULL AND NOT legal_hold'))
    op.create_table('suspension',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('period', postgresql.TSTZRANGE(), nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('begun_by', sa.Text(), nullable=False),
    sa.Column('proof', sa.Uuid(), nullable=True),
    sa.Column('note_id', sa.BigInteger(), nullable=True),
    sa.Column('lift_requested_by', sa.Text(), nullable=True),
    sa.Column('lift_requested_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('lift_note_id', sa.BigInteger(), nullable=True),
    sa.Column('lifted_by', sa.Text(), nullable=True),
    sa.CheckConstraint("kind IN ('freeze', 'company')", name=op.f('ck_suspension_kind')),
    sa.CheckConstraint('num_nonnulls(person_id, account_id) = 1', name=op.f('ck_suspension_subject')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_suspension_account_id_account')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_suspension_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suspension'))
    )
    op.create_index('ix_suspension_account_id', 'suspension', ['account_id'], unique=False, postgresql_where=sa.text('account_id IS NOT NULL'))
    op.create_index('ix_suspension_begun_at', 'suspension', ['begun_at', 'id'], unique=False)
    op.create_index('ix_suspension_person_id', 'suspension', ['person_id'], unique=False, postgresql_where=sa.text('person_id IS NOT NULL'))
    op.create_index('uq_suspension_open_account_id', 'suspension', ['kind', 'account_id'], unique=True, postgresql_where=sa.text('upper_inf(period)'))
    op.create_index('uq_suspension_open_person_id', 'suspension', ['kind', 'person_id'], unique=True, postgresql_where=sa.text('upper_inf(period)'))
    op.create_table('access_grant',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=True),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('permissions', postgresql.ARRAY(sa.Text()), nullable=True),
    sa.Column('validity', postgresql.TSTZRANGE(), nullable=False),
    sa.Column('origin', sa.Text(), nullable=False),
    sa.Column('delegation_id', sa.Uuid(), nullable=True),
    sa.Column('passed_on_by', sa.Uuid(), nullable=True),
    sa.Column('reason', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('proof', sa.Uuid(), nullable=True),
    sa.Column('ended_reason', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    postgresql.ExcludeConstraint((sa.column('person_id'), '='), (sa.column('account_id'), '='), (sa.literal_column("COALESCE(service_id, '00000000-0000-0000-0000-000000000000'::uuid)"), '='), (sa.column('role'), '='), (sa.column('origin'), '='), (sa.literal_column("COALESCE(delegation_id, CASE WHEN origin = 'operator' THEN proof END, '00000000-0000-0000-0000-000000000000'::uuid)"), '='), (sa.column('validity'), '&&'), using='gist', name='ex_access_grant_no_duplicates'),
    sa.CheckConstraint("(origin = 'delegation') = (delegation_id IS NOT NULL)", name=op.f('ck_access_grant_names_its_delegation')),
    sa.CheckConstraint("origin <> 'delegation' OR permissions IS NOT NULL", name=op.f('ck_access_grant_delegated_permissions')),
    sa.CheckConstraint("origin IN ('register', 'number_verification', 'delegation', 'operator')", name=op.f('ck_access_grant_origin')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_access_grant_account_id_account')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_access_grant_person_id_person')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_access_grant_service_id_service')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_grant'))
    )
    op.create_index('ix_access_grant_account_id_person_id', 'access_grant', ['account_id', 'person_id'], unique=False)
    op.create_index('ix_access_grant_delegation_id', 'access_grant', ['delegation_id'], unique=False, postgresql_where=sa.text('delegation_id IS NOT NULL'))
    op.create_index('ix_access_grant_open', 'access_grant', ['account_id'], unique=False, postgresql_where=sa.text("upper_inf(validity) AND origin = 'register'"))
    op.create_index('ix_access_grant_person_id', 'access_grant', ['person_id'], unique=False)
    op.create_table('access_request',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('applicant_id', sa.Uuid(), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=True),
    sa.Column('code', sa.Text(), nullable=True),
    sa.Column('reference', sa.Text(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('permissions', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('from_day', sa.Date(), nullable=False),
    sa.Column('through_day', sa.Date(), nullable=False),
    sa.Column('may_pass_on', sa.Boolean(), nullable=False),
    sa.Column('message', sa.Text(), server_default='', nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('lapses_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('delegation_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint("(state = 'approved') = (delegation_id IS NOT NULL)", name=op.f('ck_access_request_approved')),
    sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name=op.f('ck_access_request_closed')),
    sa.CheckConstraint("state IN ('open', 'approved', 'declined', 'withdrawn', 'lapsed')", name=op.f('ck_access_request_state')),
    sa.CheckConstraint('num_nonnulls(code, reference) = 1 AND num_nonnulls(country, code) <> 1', name=op.f('ck_access_request_asked_of')),
    sa.ForeignKeyConstraint(['applicant_id'], ['person.id'], name=op.f('fk_access_request_applicant_id_person')),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegation.id'], name=op.f('fk_access_request_delegation_id_delegation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_access_request'))
    )
    op.create_index('ix_access_request_applicant_id', 'access_request', ['applicant_id', 'id'], unique=False)
    op.create_index('ix_access_request_code', 'access_request', ['code', 'country', 'id'], unique=False, postgresql_where=sa.text("state = 'open'"))
    op.create_index('ix_access_request_lapses_at', 'access_request', ['lapses_at'], unique=False, postgresql_where=sa.text("state = 'open'"))
    op.create_index('ix_access_request_reference', 'access_request', ['reference', 'id'], unique=False, postgresql_where=sa.text("state = 'open'"))
    op.create_index('ix_access_request_untold', 'access_request', ['id'], unique=False, postgresql_where=sa.text("state = 'open' AND told_at IS NULL"))
    op.create_table('approval_confirmation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('approval_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('template_version', sa.Integer(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('issuer', sa.Text(), nullable=False),
    sa.Column('acr', sa.Text(), nullable=False),
    sa.Column('amr', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('auth_time', sa.DateTime(timezone=True), nullable=False),
    sa.Column('token_id', sa.Text(), server_default='', nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('taken_back_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('counted', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.ForeignKeyConstraint(['approval_id'], ['approval.id'], name=op.f('fk_approval_confirmation_approval_id_approval')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_approval_confirmation_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approval_confirmation'))
    )
    op.create_index('ix_approval_confirmation_person_id', 'approval_confirmation', ['person_id'], unique=False)
    op.create_index('uq_approval_confirmation_standing', 'approval_confirmation', ['approval_id', 'person_id'], unique=True, postgresql_where=sa.text('taken_back_at IS NULL'))
    op.create_table('contract',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('owner_id', sa.Uuid(), nullable=False),
    sa.Column('product', sa.Text(), nullable=False),
    sa.Column('product_version', sa.Text(), nullable=True),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('agreement', sa.Text(), nullable=False),
    sa.Column('party', sa.Text(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('host_service_id', sa.Uuid(), nullable=True),
    sa.Column('host_account_id', sa.Uuid(), nullable=True),
    sa.Column('host_owner_id', sa.Uuid(), nullable=True),
    sa.Column('sim', sa.Text(), nullable=True),
    sa.Column('terms', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), server_default='{}', nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('committed_until', sa.Date(), nullable=True),
    sa.Column('billed_until', sa.Date(), nullable=True),
    sa.Column('number_kept_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resting_numbers', sa.ARRAY(sa.Text()), server_default='{}', nullable=False),
    sa.Column('device_value_left_cents', sa.Integer(), nullable=True),
    sa.Column('device_instalments_left_cents', sa.Integer(), nullable=True),
    sa.Column('terms_changed_on', sa.Date(), nullable=True),
    sa.Column('document_replaced_on', sa.Date(), nullable=True),
    sa.Column('agree_by', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('end_reason', sa.Text(), nullable=True),
    sa.Column('end_source', sa.Text(), nullable=True),
    sa.Column('end_by', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('end_cost', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('is_end_cost_known', sa.Boolean(), nullable=True),
    sa.Column('end_is_from_outside', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('port_out_id', sa.Uuid(), nullable=True),
    sa.Column('end_beside', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('suspend_reason', sa.Text(), nullable=True),
    sa.Column('suspension_is_told', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('suspend_order_id', sa.Uuid(), nullable=True),
    sa.Column('refusal', sa.Text(), nullable=True),
    sa.Column('started_by', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('start_order_id', sa.Uuid(), nullable=True),
    sa.Column('is_history', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('end_order_id', sa.Uuid(), nullable=True),
    sa.Column('end_process_id', sa.Uuid(), nullable=True),
    sa.Column('expires_on', sa.Date(), nullable=True),
    sa.Column('warned_days', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('woken_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.CheckConstraint("(state IN ('ending', 'ended')) = (ends_at IS NOT NULL) AND (ends_at IS NULL) = (end_reason IS NULL) AND (ends_at IS NULL) = (end_source IS NULL)", name=op.f('ck_contract_end')),
    sa.CheckConstraint("agreement IN ('confirm', 'sign')", name=op.f('ck_contract_agreement')),
    sa.CheckConstraint("end_reason IN ('customer', 'withdrawal', 'changed_terms', 'breach', 'company_deleted', 'company_bankrupt', 'company_liquidated', 'ported_out', 'term', 'service_ended', 'host_ended', 'sim_replaced', 'user_changed', 'identity_changed')", name=op.f('ck_contract_end_reason')),
    sa.CheckConstraint("end_source IN ('here', 'told')", name=op.f('ck_contract_end_source')),
    sa.CheckConstraint("party IN ('owner', 'user')", name=op.f('ck_contract_party')),
    sa.CheckConstraint("refusal IN ('not_permitted', 'product_unknown', 'product_not_offered', 'months_not_offered', 'parameter_invalid', 'number_taken', 'host_unknown', 'host_unsuitable', 'age_unknown', 'too_young', 'credit_refused', 'setup_failed')", name=op.f('ck_contract_refusal')),
    sa.CheckConstraint("state <> 'suspended' OR suspend_reason IS NOT NULL", name=op.f('ck_contract_suspended')),
    sa.CheckConstraint("state IN ('draft', 'offered', 'signed', 'activating', 'active', 'suspended', 'ending', 'ended', 'declined', 'lapsed', 'cancelled')", name=op.f('ck_contract_state')),
    sa.CheckConstraint("suspend_reason IN ('lost', 'stolen', 'host_suspended', 'told')", name=op.f('ck_contract_suspend_reason')),
    sa.CheckConstraint("suspend_reason IS DISTINCT FROM 'told' OR suspension_is_told", name=op.f('ck_contract_suspension_is_told')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_contract_account_id_account')),
    sa.ForeignKeyConstraint(['host_account_id'], ['account.id'], name=op.f('fk_contract_host_account_id_account')),
    sa.ForeignKeyConstraint(['host_service_id'], ['service.id'], name=op.f('fk_contract_host_service_id_service')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_contract_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contract')),
    sa.UniqueConstraint('end_process_id', name=op.f('uq_contract_end_process_id'))
    )
    op.create_index('ix_contract_account_id', 'contract', ['account_id', 'created_at', 'id'], unique=False)
    op.create_index('ix_contract_created_at', 'contract', ['created_at', 'id'], unique=False)
    op.create_index('ix_contract_document_replaced_on', 'contract', ['document_replaced_on'], unique=False, postgresql_where=sa.text("document_replaced_on IS NOT NULL AND state IN ('active', 'suspended', 'ending')"))
    op.create_index('ix_contract_ends_at', 'contract', ['ends_at'], unique=False, postgresql_where=sa.text("state = 'ending'"))
    op.create_index('ix_contract_expires_on', 'contract', ['expires_on'], unique=False, postgresql_where=sa.text("state IN ('active', 'suspended')"))
    op.create_index('ix_contract_host_account_id', 'contract', ['host_account_id', 'created_at', 'id'], unique=False, postgresql_where=sa.text('host_account_id IS NOT NULL'))
    op.create_index('ix_contract_host_service_id', 'contract', ['host_service_id'], unique=False, postgresql_where=sa.text("host_service_id IS NOT NULL AND state NOT IN ('ended', 'declined', 'lapsed', 'cancelled')"))
    op.create_index('ix_contract_person_id', 'contract', ['person_id'], unique=False, postgresql_where=sa.text('person_id IS NOT NULL'))
    op.create_index('ix_contract_resting_numbers', 'contract', ['resting_numbers'], unique=False, postgresql_using='gin', postgresql_where=sa.text("'{}' <> resting_numbers"))
    op.create_index('ix_contract_suspended', 'contract', ['id'], unique=False, postgresql_where=sa.text("suspend_reason IS NOT NULL AND state IN ('suspended', 'ending')"))
    op.create_index('ix_contract_unseen', 'contract', ['changed_at'], unique=False, postgresql_where=sa.text('seen_at IS NULL AND started_by IS NOT NULL'))
    op.create_index('uq_contract_number', 'contract', [sa.literal_column("(terms ->> 'number')")], unique=True, postgresql_where=sa.text("host_service_id IS NULL AND started_by IS NOT NULL AND state IN ('draft', 'offered', 'signed', 'activating')"))
    op.create_table('delegation_version',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('delegation_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('permissions', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('service_ids', sa.ARRAY(sa.Uuid()), nullable=False),
    sa.Column('from_day', sa.Date(), nullable=False),
    sa.Column('through_day', sa.Date(), nullable=False),
    sa.Column('may_pass_on', sa.Boolean(), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=True),
    sa.Column('basis', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('imported', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('lapses_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('offered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('proposed', 'offered', 'accepted', 'superseded', 'declined', 'withdrawn', 'lapsed')", name=op.f('ck_delegation_version_state')),
    sa.ForeignKeyConstraint(['delegation_id'], ['delegation.id'], name=op.f('fk_delegation_version_delegation_id_delegation')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delegation_version')),
    sa.UniqueConstraint('delegation_id', 'number', name=op.f('uq_delegation_version_delegation_id_number'))
    )
    op.create_index('ix_delegation_version_lapses_at', 'delegation_version', ['lapses_at'], unique=False, postgresql_where=sa.text("state = 'offered'"))
    op.create_index('ix_delegation_version_proposed', 'delegation_version', ['id'], unique=False, postgresql_where=sa.text("state = 'proposed'"))
    op.create_index('uq_delegation_version_accepted', 'delegation_version', ['delegation_id'], unique=True, postgresql_where=sa.text("state = 'accepted'"))
    op.create_index('uq_delegation_version_open', 'delegation_version', ['delegation_id'], unique=True, postgresql_where=sa.text("state IN ('proposed', 'offered')"))
    op.create_table('document_content',
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['stored_document.id'], name=op.f('fk_document_content_document_id_stored_document')),
    sa.PrimaryKeyConstraint('document_id', name=op.f('pk_document_content'))
    )
    op.create_table('drift',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('characteristic', sa.Text(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('expected', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('shown', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('found_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.Text(), nullable=True),
    sa.Column('note_id', sa.BigInteger(), nullable=True),
    sa.Column('operation_id', sa.Uuid(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ending', sa.Text(), nullable=True),
    sa.CheckConstraint("ending IN ('agrees', 'accepted', 'not_expected', 'service_ended')", name=op.f('ck_drift_ending')),
    sa.CheckConstraint("state IN ('reported', 'proposed', 'held', 'to_repair', 'repairing')", name=op.f('ck_drift_state')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_drift_service_id_service')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drift'))
    )
    op.create_index('ix_drift_ended_at', 'drift', ['ended_at'], unique=False, postgresql_where=sa.text('ended_at IS NOT NULL'))
    op.create_index('ix_drift_found', 'drift', ['found_at', 'id'], unique=False, postgresql_where=sa.text('ended_at IS NULL'))
    op.create_index('ix_drift_to_repair', 'drift', ['decided_at'], unique=False, postgresql_where=sa.text("state = 'to_repair' AND ended_at IS NULL"))
    op.create_index('uq_drift_open', 'drift', ['service_id', 'characteristic'], unique=True, postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('service_reading',
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.Text(), nullable=True),
    sa.Column('has', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_service_reading_service_id_service')),
    sa.PrimaryKeyConstraint('service_id', name=op.f('pk_service_reading'))
    )
    op.create_table('service_secret',
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('item', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('kept_until', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_service_secret_service_id_service')),
    sa.PrimaryKeyConstraint('order_id', 'item', 'name', name=op.f('pk_service_secret'))
    )
    op.create_index('ix_service_secret_kept_until', 'service_secret', ['kept_until'], unique=False)
    op.create_index('ix_service_secret_service_id', 'service_secret', ['service_id'], unique=False)
    op.create_table('signing_rule_member',
    sa.Column('reading_id', sa.Uuid(), nullable=False),
    sa.Column('group_no', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_signing_rule_member_person_id_person')),
    sa.ForeignKeyConstraint(['reading_id'], ['signing_rule_reading.id'], name=op.f('fk_signing_rule_member_reading_id_signing_rule_reading')),
    sa.PrimaryKeyConstraint('reading_id', 'group_no', 'person_id', name=op.f('pk_signing_rule_member'))
    )
    op.create_index(op.f('ix_signing_rule_member_person_id'), 'signing_rule_member', ['person_id'], unique=False)
    op.create_table('contract_agreement',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('contract_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('template_version', sa.Integer(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('issuer', sa.Text(), nullable=False),
    sa.Column('acr', sa.Text(), nullable=True),
    sa.Column('amr', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('auth_time', sa.DateTime(timezone=True), nullable=False),
    sa.Column('token_id', sa.Text(), nullable=True),
    sa.Column('agreed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_contract_agreement_contract_id_contract')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_contract_agreement_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contract_agreement')),
    sa.UniqueConstraint('contract_id', 'person_id', name=op.f('uq_contract_agreement_contract_id_person_id'))
    )
    op.create_index('ix_contract_agreement_person_id', 'contract_agreement', ['person_id'], unique=False)
    op.create_table('contract_proposal',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('contract_id', sa.Uuid(), nullable=False),
    sa.Column('company_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('proof', sa.Uuid(), nullable=False),
    sa.Column('is_current', sa.Boolean(), server_default='true', nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.CheckConstraint("reason IN ('customer', 'withdrawal', 'changed_terms', 'breach', 'company_deleted', 'company_bankrupt', 'company_liquidated', 'ported_out', 'term', 'service_ended', 'host_ended', 'sim_replaced', 'user_changed', 'identity_changed')", name=op.f('ck_contract_proposal_reason')),
    sa.CheckConstraint("state IN ('open', 'accepted', 'rejected', 'withdrawn')", name=op.f('ck_contract_proposal_state')),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_contract_proposal_company_id_company')),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_contract_proposal_contract_id_contract')),
    sa.ForeignKeyConstraint(['proof'], ['register_state.id'], name=op.f('fk_contract_proposal_proof_register_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contract_proposal'))
    )
    op.create_index('ix_contract_proposal_company_id', 'contract_proposal', ['company_id'], unique=False, postgresql_where=sa.text('is_current'))
    op.create_index('ix_contract_proposal_opened_at', 'contract_proposal', ['opened_at', 'id'], unique=False)
    op.create_index('uq_contract_proposal_current', 'contract_proposal', ['contract_id'], unique=True, postgresql_where=sa.text('is_current'))
    op.create_table('contract_service',
    sa.Column('contract_id', sa.Uuid(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=False),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_contract_service_contract_id_contract')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_contract_service_service_id_service')),
    sa.PrimaryKeyConstraint('contract_id', 'service_id', name=op.f('pk_contract_service')),
    sa.UniqueConstraint('service_id', 'contract_id', name=op.f('uq_contract_service_service_id_contract_id'))
    )
    op.create_table('extract',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('level', sa.Text(), nullable=False),
    sa.Column('format', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('from_day', sa.Date(), nullable=False),
    sa.Column('through_day', sa.Date(), nullable=False),
    sa.Column('begins_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('services', sa.ARRAY(sa.Uuid()), nullable=False),
    sa.Column('is_of_all', sa.Boolean(), nullable=False),
    sa.Column('kinds', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('direction', sa.Text(), nullable=True),
    sa.Column('roaming', sa.Boolean(), nullable=True),
    sa.Column('min_cost', sa.Numeric(precision=12, scale=6), nullable=True),
    sa.Column('as_of', sa.Text(), nullable=True),
    sa.Column('cursor', sa.Text(), nullable=True),
    sa.Column('is_read', sa.Boolean(), nullable=False),
    sa.Column('chunks', sa.Integer(), server_default='0', nullable=False),
    sa.Column('rows', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('rejected', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('restarts', sa.Integer(), server_default='0', nullable=False),
    sa.Column('csv_size', sa.BigInteger(), server_default='0', nullable=False),
    sa.Column('pdf_size', sa.BigInteger(), nullable=True),
    sa.Column('fault', sa.Text(), nullable=True),
    sa.Column('note_id', sa.BigInteger(), nullable=True),
    sa.Column('read_to', sa.DateTime(timezone=True), nullable=True),
    sa.Column('waits_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('requested_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('kept_until', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("direction IN ('outgoing', 'incoming', 'forwarded')", name=op.f('ck_extract_direction')),
    sa.CheckConstraint("format IN ('csv', 'pdf')", name=op.f('ck_extract_format')),
    sa.CheckConstraint("language IN ('et', 'ru', 'en')", name=op.f('ck_extract_language')),
    sa.CheckConstraint("level IN ('own', 'full', 'masked')", name=op.f('ck_extract_level')),
    sa.CheckConstraint("state IN ('making', 'ready', 'failed', 'cancelled', 'dropped')", name=op.f('ck_extract_state')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_extract_account_id_account')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_extract_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_extract'))
    )
    op.create_index('ix_extract_account_id', 'extract', ['account_id', 'requested_at', 'id'], unique=False)
    op.create_index('ix_extract_kept_until', 'extract', ['kept_until'], unique=False, postgresql_where=sa.text("state = 'ready'"))
    op.create_index('ix_extract_person_id', 'extract', ['person_id'], unique=False)
    op.create_table('extract_chunk',
    sa.Column('extract_id', sa.Uuid(), nullable=False),
    sa.Column('format', sa.Text(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("format IN ('csv', 'pdf')", name=op.f('ck_extract_chunk_format')),
    sa.ForeignKeyConstraint(['extract_id'], ['extract.id'], name=op.f('fk_extract_chunk_extract_id_extract'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('extract_id', 'format', 'number', name=op.f('pk_extract_chunk'))
    )
    op.create_table('contract_signature',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('contract_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('method', sa.Text(), nullable=False),
    sa.Column('level', sa.Text(), nullable=False),
    sa.Column('document_id', sa.Uuid(), nullable=False),
    sa.Column('counts', sa.Boolean(), nullable=False),
    sa.Column('signed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('timestamped_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("level IN ('B', 'LT')", name=op.f('ck_contract_signature_level')),
    sa.CheckConstraint("method IN ('mobile_id', 'smart_id', 'e_seal')", name=op.f('ck_contract_signature_method')),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_contract_signature_contract_id_contract')),
    sa.ForeignKeyConstraint(['document_id'], ['stored_document.id'], name=op.f('fk_contract_signature_document_id_stored_document')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_contract_signature_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contract_signature'))
    )
    op.create_index('ix_contract_signature_contract_id', 'contract_signature', ['contract_id', 'signed_at'], unique=False)
    op.create_index('ix_contract_signature_person_id', 'contract_signature', ['person_id'], unique=False)
    op.create_table('contract_signing',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('contract_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('method', sa.Text(), nullable=False),
    sa.Column('phone', sa.Text(), nullable=True),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('template_version', sa.Integer(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('issuer', sa.Text(), nullable=False),
    sa.Column('acr', sa.Text(), nullable=False),
    sa.Column('amr', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('auth_time', sa.DateTime(timezone=True), nullable=False),
    sa.Column('token_id', sa.Text(), nullable=False),
    sa.Column('certificate', sa.LargeBinary(), nullable=True),
    sa.Column('issuer_certificate', sa.LargeBinary(), nullable=True),
    sa.Column('algorithm', sa.Text(), nullable=True),
    sa.Column('prepared', sa.LargeBinary(), nullable=True),
    sa.Column('signed_info_digest', sa.LargeBinary(), nullable=True),
    sa.Column('session_id', sa.Text(), nullable=True),
    sa.Column('verification_code', sa.Text(), nullable=True),
    sa.Column('level', sa.Text(), nullable=True),
    sa.Column('timestamped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('result', sa.Text(), nullable=True),
    sa.Column('requested_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("method IN ('mobile_id', 'smart_id', 'e_seal')", name=op.f('ck_contract_signing_method')),
    sa.CheckConstraint("state IN ('requested', 'asking', 'asked', 'proving', 'signed', 'failed')", name=op.f('ck_contract_signing_state')),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_contract_signing_contract_id_contract')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_contract_signing_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contract_signing'))
    )
    op.create_index(op.f('ix_contract_signing_contract_id'), 'contract_signing', ['contract_id'], unique=False)
    op.create_index('ix_contract_signing_person_id', 'contract_signing', ['person_id'], unique=False)
    op.create_index('uq_contract_signing_open', 'contract_signing', ['contract_id', 'person_id'], unique=True, postgresql_where=sa.text("state NOT IN ('signed', 'failed')"))
    op.create_table('service_order',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('owner_id', sa.Uuid(), nullable=True),
    sa.Column('client', sa.Text(), nullable=False),
    sa.Column('external_id', sa.Text(), nullable=True),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('category', sa.Text(), nullable=True),
    sa.Column('description', sa.Text(), server_default='', nullable=False),
    sa.Column('priority', sa.Text(), nullable=True),
    sa.Column('given', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('actor', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('cancel_phase', sa.Text(), nullable=True),
    sa.Column('confirm', sa.Text(), server_default='nothing', nullable=False),
    sa.Column('confirm_by', sa.DateTime(timezone=True), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('giver_confirms', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('giver_confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('giver_owner_id', sa.Uuid(), nullable=True),
    sa.Column('depends_on', sa.ARRAY(sa.Uuid()), server_default='{}', nullable=False),
    sa.Column('ordered_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('requested_start_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('requested_completion_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expected_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expected_seconds', sa.Integer(), server_default='0', nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('cancel_reason', sa.Text(), nullable=True),
    sa.Column('contract_id', sa.Uuid(), nullable=True),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("cancel_phase IN ('assessing', 'accepted', 'denied')", name=op.f('ck_service_order_cancel_phase')),
    sa.CheckConstraint("confirm IN ('nothing', 'own', 'group')", name=op.f('ck_service_order_confirm')),
    sa.CheckConstraint("state IN ('acknowledged', 'rejected', 'pending', 'held', 'inProgress', 'assessingCancellation', 'pendingCancellation', 'cancelled', 'completed', 'failed', 'partial')", name=op.f('ck_service_order_state')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_service_order_account_id_account')),
    sa.ForeignKeyConstraint(['contract_id'], ['contract.id'], name=op.f('fk_service_order_contract_id_contract')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_service_order_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_service_order')),
    sa.UniqueConstraint('client', 'external_id', name=op.f('uq_service_order_client_external_id'))
    )
    op.create_index('ix_service_order_account_id', 'service_order', ['account_id', 'ordered_at', 'id'], unique=False)
    op.create_index('ix_service_order_client_ordered_at', 'service_order', ['client', 'ordered_at', 'id'], unique=False)
    op.create_index('ix_service_order_ended_at', 'service_order', ['ended_at'], unique=False)
    op.create_index('ix_service_order_open', 'service_order', ['id'], unique=False, postgresql_where=sa.text("state NOT IN ('rejected', 'cancelled', 'completed', 'failed', 'partial')"))
    op.create_index('ix_service_order_ordered_at', 'service_order', ['ordered_at', 'id'], unique=False)
    op.create_index('ix_service_order_person_id', 'service_order', ['person_id'], unique=False, postgresql_where=sa.text('person_id IS NOT NULL'))
    op.create_table('order_alert',
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('alerted_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('expected_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['service_order.id'], name=op.f('fk_order_alert_order_id_service_order'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('order_id', 'number', name=op.f('pk_order_alert'))
    )
    op.create_table('order_cancel',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('client', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('given', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('actor', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('completion_message', sa.Text(), server_default='', nullable=False),
    sa.Column('requested_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('effective_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("state IN ('accepted', 'inProgress', 'done', 'terminatedWithError')", name=op.f('ck_order_cancel_state')),
    sa.ForeignKeyConstraint(['order_id'], ['service_order.id'], name=op.f('fk_order_cancel_order_id_service_order'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_order_cancel'))
    )
    op.create_index('ix_order_cancel_order_id', 'order_cancel', ['order_id'], unique=False)
    op.create_table('order_confirmation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('of_giver', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('template_version', sa.Integer(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('issuer', sa.Text(), nullable=False),
    sa.Column('acr', sa.Text(), nullable=False),
    sa.Column('amr', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('auth_time', sa.DateTime(timezone=True), nullable=False),
    sa.Column('token_id', sa.Text(), server_default='', nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['service_order.id'], name=op.f('fk_order_confirmation_order_id_service_order'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_order_confirmation_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_order_confirmation')),
    sa.UniqueConstraint('order_id', 'of_giver', name=op.f('uq_order_confirmation_order_id_of_giver'))
    )
    op.create_index('ix_order_confirmation_person_id', 'order_confirmation', ['person_id'], unique=False)
    op.create_table('order_milestone',
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('item', sa.Integer(), nullable=False),
    sa.Column('reached_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['service_order.id'], name=op.f('fk_order_milestone_order_id_service_order'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('order_id', 'number', name=op.f('pk_order_milestone'))
    )
    op.create_table('order_note',
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('note_id', sa.Text(), nullable=True),
    sa.Column('author', sa.Text(), server_default='', nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['service_order.id'], name=op.f('fk_order_note_order_id_service_order'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('order_id', 'number', name=op.f('pk_order_note'))
    )
    op.create_table('service_order_item',
    sa.Column('order_id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('item_id', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('service_id', sa.Uuid(), nullable=True),
    sa.Column('network', sa.Text(), nullable=True),
    sa.Column('other_service_id', sa.Uuid(), nullable=True),
    sa.Column('other_network', sa.Text(), nullable=True),
    sa.Column('product', sa.Text(), nullable=True),
    sa.Column('product_version', sa.Text(), nullable=True),
    sa.Column('parameters', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('plan', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('price', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('is_urgent', sa.Boolean(), server_default='false', nullable=False),
    sa.Column('after', sa.ARRAY(sa.Integer()), server_default='{}', nullable=False),
    sa.Column('permission', sa.Text(), nullable=True),
    sa.Column('given', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('error_about', sa.Text(), server_default='', nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("action IN ('add', 'modify', 'delete', 'noChange')", name=op.f('ck_service_order_item_action')),
    sa.CheckConstraint("error IN ('product_unknown', 'product_not_orderable', 'action_not_offered', 'service_missing', 'service_unknown', 'service_kind', 'service_state', 'already_had', 'not_had', 'needs_other', 'excluded', 'parameter_missing', 'parameter_unknown', 'parameter_fixed', 'parameter_value', 'date_not_met', 'other_account', 'person_needed', 'contract_needed', 'contract_missing', 'order_unknown', 'ordered_alone')", name=op.f('ck_service_order_item_error')),
    sa.CheckConstraint("state IN ('acknowledged', 'rejected', 'pending', 'held', 'inProgress', 'assessingCancellation', 'pendingCancellation', 'cancelled', 'completed', 'failed', 'partial')", name=op.f('ck_service_order_item_state')),
    sa.ForeignKeyConstraint(['order_id'], ['service_order.id'], name=op.f('fk_service_order_item_order_id_service_order'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['other_service_id'], ['service.id'], name=op.f('fk_service_order_item_other_service_id_service')),
    sa.ForeignKeyConstraint(['service_id'], ['service.id'], name=op.f('fk_service_order_item_service_id_service')),
    sa.PrimaryKeyConstraint('order_id', 'number', name=op.f('pk_service_order_item'))
    )
    op.create_index('ix_service_order_item_other_service_id', 'service_order_item', ['other_service_id'], unique=False, postgresql_where=sa.text('other_service_id IS NOT NULL'))
    op.create_index('ix_service_order_item_service_id', 'service_order_item', ['service_id'], unique=False)
    op.execute(HISTORY)


def downgrade() -> None:
    op.drop_table('bank_statement')
    op.drop_index('ix_bank_entry_unmatched', table_name='bank_entry', postgresql_where=sa.text("state = 'unmatched'"))
    op.drop_index('ix_bank_entry_received', table_name='bank_entry')
    op.drop_index('ix_bank_entry_payment_id', table_name='bank_entry')
    op.drop_table('bank_entry')
    op.drop_index('ix_payment_stamp_payment_id', table_name='payment_stamp')
    op.drop_table('payment_stamp')
    op.drop_index('uq_payment_started', table_name='payment', postgresql_where=sa.text("state IN ('created', 'sent', 'authorising', 'waiting_second_signer', 'unknown')"))
    op.drop_index('uq_payment_bank_reference', table_name='payment', postgresql_where=sa.text('bank_reference IS NOT NULL'))
    op.drop_index('ix_payment_unseen', table_name='payment', postgresql_where=sa.text('seen_at IS NULL'))
    op.drop_index('ix_payment_reference', table_name='payment')
    op.drop_index('ix_payment_person_id', table_name='payment', postgresql_where=sa.text('person_id IS NOT NULL'))
    op.drop_index('ix_payment_invoice_id', table_name='payment')
    op.drop_index('ix_payment_ended_at', table_name='payment', postgresql_where=sa.text('ended_at IS NOT NULL'))
    op.drop_index('ix_payment_created', table_name='payment')
    op.drop_index('ix_payment_attention', table_name='payment', postgresql_where=sa.text('attention IS NOT NULL'))
    op.drop_index('ix_payment_account_id', table_name='payment')
    op.drop_table('payment')
    op.drop_index('ix_service_order_item_service_id', table_name='service_order_item')
    op.drop_index('ix_service_order_item_other_service_id', table_name='service_order_item', postgresql_where=sa.text('other_service_id IS NOT NULL'))
    op.drop_table('service_order_item')
    op.drop_table('order_note')
    op.drop_table('order_milestone')
    op.drop_index('ix_order_confirmation_person_id', table_name='order_confirmation')
    op.drop_table('order_confirmation')
    op.drop_index('ix_order_cancel_order_id', table_name='order_cancel')
    op.drop_table('order_cancel')
    op.drop_table('order_alert')
    op.drop_index('ix_service_order_person_id', table_name='service_order', postgresql_where=sa.text('person_id IS NOT NULL'))
    op.drop_index('ix_service_order_ordered_at', table_name='service_order')
    op.drop_index('ix_service_order_open', table_name='service_order', postgresql_where=sa.text("state NOT IN ('rejected', 'cancelled', 'completed', 'failed', 'partial')"))
    op.drop_index('ix_service_order_ended_at', table_name='service_order')
    op.drop_index('ix_service_order_client_ordered_at', table_name='service_order')
    op.drop_index('ix_service_order_account_id', table_name='service_order')
    op.drop_table('service_order')
    op.drop_index('uq_contract_signing_open', table_name='contract_signing', postgresql_where=sa.text("state NOT IN ('signed', 'failed')"))
    op.drop_index('ix_contract_signing_person_id', table_name='contract_signing')
    op.drop_index(op.f('ix_contract_signing_contract_id'), table_name='contract_signing')
    op.drop_table('contract_signing')
    op.drop_table('extract_chunk')
    op.drop_index('ix_extract_person_id', table_name='extract')
    op.drop_index('ix_extract_kept_until', table_name='extract', postgresql_where=sa.text("state = 'ready'"))
    op.drop_index('ix_extract_account_id', table_name='extract')
    op.drop_table('extract')
    op.drop_index('ix_contract_signature_person_id', table_name='contract_signature')
    op.drop_index('ix_contract_signature_contract_id', table_name='contract_signature')
    op.drop_table('contract_signature')
    op.drop_table('contract_service')
    op.drop_index('uq_contract_proposal_current', table_name='contract_proposal', postgresql_where=sa.text('is_current'))
    op.drop_index('ix_contract_proposal_opened_at', table_name='contract_proposal')
    op.drop_index('ix_contract_proposal_company_id', table_name='contract_proposal', postgresql_where=sa.text('is_current'))
    op.drop_table('contract_proposal')
    op.drop_index('ix_contract_agreement_person_id', table_name='contract_agreement')
    op.drop_table('contract_agreement')
    op.drop_index(op.f('ix_signing_rule_member_person_id'), table_name='signing_rule_member')
    op.drop_table('signing_rule_member')
    op.drop_index('ix_service_secret_service_id', table_name='service_secret')
    op.drop_index('ix_service_secret_kept_until', table_name='service_secret')
    op.drop_table('service_secret')
    op.drop_table('service_reading')
    op.drop_index('uq_drift_open', table_name='drift', postgresql_where=sa.text('ended_at IS NULL'))
    op.drop_index('ix_drift_to_repair', table_name='drift', postgresql_where=sa.text("state = 'to_repair' AND ended_at IS NULL"))
    op.drop_index('ix_drift_found', table_name='drift', postgresql_where=sa.text('ended_at IS NULL'))
    op.drop_index('ix_drift_ended_at', table_name='drift', postgresql_where=sa.text('ended_at IS NOT NULL'))
    op.drop_table('drift')
    op.drop_table('document_content')
    op.drop_index('uq_delegation_version_open', table_name='delegation_version', postgresql_where=sa.text("state IN ('proposed', 'offered')"))
    op.drop_index('uq_delegation_version_accepted', table_name='delegation_version', postgresql_where=sa.text("state = 'accepted'"))
    op.drop_index('ix_delegation_version_proposed', table_name='delegation_version', postgresql_where=sa.text("state = 'proposed'"))
    op.drop_index('ix_delegation_version_lapses_at', table_name='delegation_version', postgresql_where=sa.text("state = 'offered'"))
    op.drop_table('delegation_version')
    op.drop_index('uq_contract_number', table_name='contract', postgresql_where=sa.text("host_service_id IS NULL AND started_by IS NOT NULL AND state IN ('draft', 'offered', 'signed', 'activating')"))
    op.drop_index('ix_contract_unseen', table_name='contract', postgresql_where=sa.text('seen_at IS NULL AND started_by IS NOT NULL'))
    op.drop_index('ix_contract_suspended', table_name='contract', postgresql_where=sa.text("suspend_reason IS NOT NULL AND state IN ('suspended', 'ending')"))
    op.drop_index('ix_contract_resting_numbers', table_name='contract', postgresql_using='gin', postgresql_where=sa.text("'{}' <> resting_numbers"))
    op.drop_index('ix_contract_person_id', table_name='contract', postgresql_where=sa.text('person_id IS NOT NULL'))
    op.drop_index('ix_contract_host_service_id', table_name='contract', postgresql_where=sa.text("host_service_id IS NOT NULL AND state NOT IN ('ended', 'declined', 'lapsed', 'cancelled')"))
    op.drop_index('ix_contract_host_account_id', table_name='contract', postgresql_where=sa.text('host_account_id IS NOT NULL'))
    op.drop_index('ix_contract_expires_on', table_name='contract', postgresql_where=sa.text("state IN ('active', 'suspended')"))
    op.drop_index('ix_contract_ends_at', table_name='contract', postgresql_where=sa.text("state = 'ending'"))
    op.drop_index('ix_contract_document_replaced_on', table_name='contract', postgresql_where=sa.text("document_replaced_on IS NOT NULL AND state IN ('active', 'suspended', 'ending')"))
    op.drop_index('ix_contract_created_at', table_name='contract')
    op.drop_index('ix_contract_account_id', table_name='contract')
    op.drop_table('contract')
    op.drop_index('uq_approval_confirmation_standing', table_name='approval_confirmation', postgresql_where=sa.text('taken_back_at IS NULL'))
    op.drop_index('ix_approval_confirmation_person_id', table_name='approval_confirmation')
    op.drop_table('approval_confirmation')
    op.drop_index('ix_access_request_untold', table_name='access_request', postgresql_where=sa.text("state = 'open' AND told_at IS NULL"))
    op.drop_index('ix_access_request_reference', table_name='access_request', postgresql_where=sa.text("state = 'open'"))
    op.drop_index('ix_access_request_lapses_at', table_name='access_request', postgresql_where=sa.text("state = 'open'"))
    op.drop_index('ix_access_request_code', table_name='access_request', postgresql_where=sa.text("state = 'open'"))
    op.drop_index('ix_access_request_applicant_id', table_name='access_request')
    op.drop_table('access_request')
    op.drop_index('ix_access_grant_person_id', table_name='access_grant')
    op.drop_index('ix_access_grant_open', table_name='access_grant', postgresql_where=sa.text("upper_inf(validity) AND origin = 'register'"))
    op.drop_index('ix_access_grant_delegation_id', table_name='access_grant', postgresql_where=sa.text('delegation_id IS NOT NULL'))
    op.drop_index('ix_access_grant_account_id_person_id', table_name='access_grant')
    op.drop_table('access_grant')
    op.drop_index('uq_suspension_open_person_id', table_name='suspension', postgresql_where=sa.text('upper_inf(period)'))
    op.drop_index('uq_suspension_open_account_id', table_name='suspension', postgresql_where=sa.text('upper_inf(period)'))
    op.drop_index('ix_suspension_person_id', table_name='suspension', postgresql_where=sa.text('person_id IS NOT NULL'))
    op.drop_index('ix_suspension_begun_at', table_name='suspension')
    op.drop_index('ix_suspension_account_id', table_name='suspension', postgresql_where=sa.text('account_id IS NOT NULL'))
    op.drop_table('suspension')
    op.drop_index('ix_invoice_payment_reference', table_name='invoice', postgresql_where=sa.text('payment_reference IS NOT NULL'))
    op.drop_index('ix_invoice_open', table_name='invoice', postgresql_where=sa.text("settlement = 'open'"))
    op.drop_index('ix_invoice_account_id', table_name='invoice')
    op.drop_table('invoice')
    op.drop_table('billing_snapshot')
    op.drop_table('billing_change')
    op.drop_index('ix_stored_document_keep_until', table_name='stored_document', postgresql_where=sa.text('erased_at IS NULL AND NOT legal_hold'))
    op.drop_index('ix_stored_document_held', table_name='stored_document', postgresql_where=sa.text('legal_hold'))
    op.drop_index('ix_stored_document_account_id', table_name='stored_document')
    op.drop_table('stored_document')
    op.drop_table('sms')
    op.drop_index('uq_signing_rule_reading_open', table_name='signing_rule_reading', postgresql_where=sa.text("state IN ('proposed', 'confirmed')"))
    op.drop_index('ix_signing_rule_reading_company_id', table_name='signing_rule_reading')
    op.drop_table('signing_rule_reading')
    op.drop_index('ix_service_user_id', table_name='service', postgresql_where=sa.text('user_id IS NOT NULL'))
    op.drop_index('ix_service_number', table_name='service', postgresql_where=sa.text("number IS NOT NULL AND status <> 'ended'"))
    op.drop_index('ix_service_account_id_id', table_name='service')
    op.drop_table('service')
    op.drop_index('ix_notice_unread', table_name='notice', postgresql_where=sa.text('read_at IS NULL'))
    op.drop_index('ix_notice_person_id_created_at', table_name='notice')
    op.drop_index('ix_notice_created_at', table_name='notice')
    op.drop_table('notice')
    op.drop_index('ix_mandate_recorded_at', table_name='mandate')
    op.drop_index('ix_mandate_proposed', table_name='mandate', postgresql_where=sa.text('answer IS NULL'))
    op.drop_index('ix_mandate_person_id', table_name='mandate')
    op.drop_index('ix_mandate_in_force', table_name='mandate', postgresql_where=sa.text("answer = 'confirmed' AND ended_at IS NULL"))
    op.drop_index('ix_mandate_account_id', table_name='mandate')
    op.drop_table('mandate')
    op.drop_index('uq_departure_review_open', table_name='departure_review', postgresql_where=sa.text("state = 'open'"))
    op.drop_index('ix_departure_review_giver_id', table_name='departure_review')
    op.drop_table('departure_review')
    op.drop_index('ix_delegation_receiver_id', table_name='delegation')
    op.drop_index('ix_delegation_parent_id', table_name='delegation')
    op.drop_index('ix_delegation_next_due_at', table_name='delegation', postgresql_where=sa.text('next_due_at IS NOT NULL'))
    op.drop_index('ix_delegation_giver_id', table_name='delegation')
    op.drop_index('ix_delegation_confirmed_by', table_name='delegation', postgresql_where=sa.text('confirmed_by IS NOT NULL'))
    op.drop_index('ix_delegation_account_id', table_name='delegation')
    op.drop_table('delegation')
    op.drop_table('customer_size')
    op.drop_index('uq_approval_open', table_name='approval', postgresql_where=sa.text('ended_at IS NULL'))
    op.drop_index('ix_approval_unseen', table_name='approval', postgresql_where=sa.text('ended_at IS NULL AND seen_at IS NULL'))
    op.drop_index('ix_approval_proposer_id', table_name='approval')
    op.drop_index('ix_approval_declined_by', table_name='approval')
    op.drop_index('ix_approval_company_id', table_name='approval', postgresql_where=sa.text('ended_at IS NULL'))
    op.drop_index('ix_approval_account_id', table_name='approval')
    op.drop_table('approval')
    op.drop_index(op.f('ix_access_use_person_id'), table_name='access_use')
    op.drop_table('access_use')
    op.drop_index('uq_access_bar_in_force', table_name='access_bar', postgresql_where=sa.text('lifted_at IS NULL'))
    op.drop_index('ix_access_bar_person_id', table_name='access_bar')
    op.drop_index('ix_access_bar_lifted_by', table_name='access_bar')
    op.drop_index('ix_access_bar_begun_by', table_name='access_bar')
    op.drop_index('ix_access_bar_account_id', table_name='access_bar')
    op.drop_table('access_bar')
    op.drop_index('uq_verification_open', table_name='verification', postgresql_where=sa.text("state = 'sent'"))
    op.drop_index('ix_verification_prefix_created_at', table_name='verification')
    op.drop_index('ix_verification_person_id_created_at', table_name='verification')
    op.drop_table('verification')
    op.drop_index('ix_sync_change_pending', table_name='sync_change', postgresql_where=sa.text("state = 'pending'"))
    op.drop_table('sync_change')
    op.drop_index('ix_stuck_step_id', table_name='stuck', postgresql_where=sa.text('step_id IS NOT NULL'))
    op.drop_index('ix_stuck_process_id', table_name='stuck')
    op.drop_index('ix_stuck_open_reason', table_name='stuck', postgresql_include=['kind', 'state'], postgresql_where=sa.text("state <> 'closed'"))
    op.drop_index('ix_stuck_open_process', table_name='stuck', postgresql_where=sa.text("state <> 'closed'"))
    op.drop_index('ix_stuck_open_account', table_name='stuck', postgresql_where=sa.text("state <> 'closed'"))
    op.drop_index('ix_stuck_open', table_name='stuck', postgresql_where=sa.text("state <> 'closed'"))
    op.drop_index('ix_stuck_decided', table_name='stuck', postgresql_where=sa.text("state = 'decided'"))
    op.drop_table('stuck')
    op.drop_table('signing_rule_look')
    op.drop_index('uq_rejected_record_open', table_name='rejected_record', postgresql_where=sa.text('resolved_at IS NULL'))
    op.drop_table('rejected_record')
    op.drop_index('ix_register_state_opaque', table_name='register_state', postgresql_where=sa.text('upper_inf(in_force) AND state @> \'{"opaque": true}\''))
    op.drop_table('register_state')
    op.drop_table('feed_mark')
    op.drop_table('drift_network')
    op.drop_table('contact_settings')
    op.drop_table('bulk_retry')
    op.drop_index(op.f('ix_appointment_company_id'), table_name='appointment')
    op.drop_table('appointment')
    op.drop_index('ix_account_person_id', table_name='account', postgresql_where=sa.text('person_id IS NOT NULL'))
    op.drop_index('ix_account_company_id', table_name='account', postgresql_where=sa.text('company_id IS NOT NULL'))
    op.drop_table('account')
    op.drop_table('target_failure')
    op.drop_table('target')
    op.drop_index('ix_sync_run_started_at', table_name='sync_run')
    op.drop_index('ix_sync_run_decided', table_name='sync_run', postgresql_where=sa.text('decided_at IS NOT NULL AND taken_at IS NULL'))
    op.drop_table('sync_run')
    op.drop_index('ix_step_waiting', table_name='step', postgresql_where=sa.text('waits_for IS NOT NULL'))
    op.drop_index('ix_step_undo', table_name='step', postgresql_where=sa.text('undo_reason IS NOT NULL AND ended_at IS NULL AND NOT is_undo_known'))
    op.drop_index('ix_step_resource_place', table_name='step', postgresql_where=sa.text('released_at IS NULL AND resource IS NOT NULL'))
    op.drop_index('ix_step_process_id', table_name='step')
    op.drop_table('step')
    op.drop_table('staff')
    op.drop_index(op.f('ix_register_ending_at'), table_name='register_ending')
    op.drop_table('register_ending')
    op.drop_table('register_budget')
    op.drop_table('rate_limit')
    op.drop_index('uq_product_current', table_name='product', postgresql_where=sa.text('is_current'))
    op.drop_table('product')
    op.drop_index('ix_process_untold', table_name='process', postgresql_where=sa.text("ended_at IS NOT NULL AND told_at IS NULL AND type IN ('approval', 'contract_start', 'delegation', 'departure_review', 'payment')"))
    op.drop_index('ix_process_unstarted', table_name='process', postgresql_where=sa.text('started_at IS NULL AND ended_at IS NULL'))
    op.drop_index('ix_process_ended', table_name='process', postgresql_where=sa.text('ended_at IS NOT NULL'))
    op.drop_index('ix_process_check', table_name='process', postgresql_where=sa.text('ended_at IS NULL'))
    op.drop_table('process')
    op.drop_index('ix_port_out_announced', table_name='port_out', postgresql_where=sa.text("state = 'announced'"))
    op.drop_table('port_out')
    op.drop_table('person')
    op.drop_index('uq_operation_open_refresh', table_name='operation', postgresql_where=sa.text("kind = 'refresh' AND state IN ('pending', 'running')"))
    op.drop_index('ix_operation_person_id', table_name='operation')
    op.drop_index('ix_operation_open', table_name='operation', postgresql_where=sa.text("state IN ('pending', 'running')"))
    op.drop_table('operation')
    op.drop_index('ix_number_block_subject_until', table_name='number_block')
    op.drop_table('number_block')
    op.drop_index('ix_idempotency_key_person_id', table_name='idempotency_key', postgresql_where=sa.text('person_id IS NOT NULL'))
    op.drop_table('idempotency_key')
    op.drop_table('feed_cursor')
    op.drop_table('event_to_seal')
    op.drop_table('event_seal')
    op.drop_table('event_note')
    op.drop_index('ix_event_subject_id_id', table_name='event')
    op.drop_index('ix_event_stuck', table_name='event', postgresql_where=sa.text("kind IN ('stuck:decided', 'stuck:ended', 'target:resumed')"))
    op.drop_index('ix_event_person_id_id', table_name='event', postgresql_where=sa.text('person_id IS NOT NULL'))
    op.drop_index('ix_event_break_glass', table_name='event', postgresql_where=sa.text("kind = 'break_glass:used'"))
    op.drop_index('ix_event_at', table_name='event', postgresql_using='brin')
    op.drop_index('ix_event_account_id_id', table_name='event')
    op.drop_table('event')
    op.drop_table('drift_staged')
    op.drop_index('ix_company_sort_key', table_name='company')
    op.drop_table('company')
    op.drop_table('bulk_company')
    op.drop_table('authority_document')
    op.execute("DROP FUNCTION refuse_change, refuse_gap, queue_for_sealing")
    op.execute("DROP EXTENSION btree_gist")
