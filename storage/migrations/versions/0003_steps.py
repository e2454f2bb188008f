"""Steps: what is done outside, what is stuck, targets, retries in bulk."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('step',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('process', sa.Text(), nullable=False),
    sa.Column('process_id', sa.Uuid(), nullable=False),
    sa.Column('workflow_id', sa.Text(), nullable=False),
    sa.Column('account_id', sa.Uuid(), nullable=True),
    sa.Column('target', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('resource', sa.Text(), nullable=True),
    sa.Column('place', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('attempt', sa.Integer(), server_default='1', nullable=False),
    sa.Column('tries', sa.Integer(), server_default='0', nullable=False),
    sa.Column('correction', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('receipt', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('waits_for', sa.Text(), nullable=True),
    sa.Column('go_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('woken_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('troubled_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('asked', 'sending', 'accepted', 'trouble', 'doubt', 'refused', 'aborting', 'given_up', 'done', 'skipped', 'undone', 'dropped')", name=op.f('ck_step_state')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_step'))
    )
    op.create_index('ix_step_process_id', 'step', ['process_id'], unique=False)
    op.create_index('ix_step_resource_place', 'step', ['resource', 'place'], unique=False, postgresql_where=sa.text('ended_at IS NULL AND resource IS NOT NULL'))
    op.create_index('ix_step_waiting', 'step', ['target', 'go_at'], unique=False, postgresql_where=sa.text('waits_for IS NOT NULL'))
    op.create_table('target',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('state', sa.Text(), server_default='open', nullable=False),
    sa.Column('failures', sa.Integer(), server_default='0', nullable=False),
    sa.Column('by', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('reason', sa.Text(), server_default='', nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.CheckConstraint("state IN ('open', 'paused', 'half_open')", name=op.f('ck_target_state')),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_target'))
    )
    op.create_table('bulk_retry',
    sa.Column('operation_id', sa.Uuid(), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('stuck_id', sa.Uuid(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('result', sa.Text(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['operation_id'], ['operation.id'], name=op.f('fk_bulk_retry_operation_id_operation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('operation_id', 'place', name=op.f('pk_bulk_retry'))
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
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('first_failed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_failed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('may', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('corrections', postgresql.ARRAY(sa.Text()), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), server_default='1', nullable=False),
    sa.Column('decision', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.Column('woken_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_how', sa.Text(), nullable=True),
    sa.CheckConstraint("kind IN ('trouble', 'refused', 'doubt', 'broken', 'paused')", name=op.f('ck_stuck_kind')),
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
    op.add_column('operation', sa.Column('account_id', sa.Uuid(), nullable=True))
    op.add_column('operation', sa.Column('subject_id', sa.Uuid(), nullable=True))
    op.add_column('operation', sa.Column('asked', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True))
    op.add_column('operation', sa.Column('progress', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True))
    op.create_index('ix_event_stuck', 'event', ['id'], unique=False, postgresql_where=sa.text("kind IN ('stuck:decided', 'stuck:ended', 'target:resumed')"))
    op.add_column('operation', sa.Column('tried_at', sa.DateTime(timezone=True), nullable=True))
    op.create_index('ix_operation_open', 'operation', ['id'], unique=False, postgresql_where=sa.text("state IN ('pending', 'running')"))
    op.drop_constraint('ck_operation_state', 'operation')
    op.create_check_constraint(op.f('ck_operation_state'), 'operation', "state IN ('pending', 'running', 'succeeded', 'failed', 'cancelled')")


def downgrade() -> None:
    op.execute("UPDATE operation SET state = 'failed' WHERE state = 'cancelled'")
    op.drop_constraint('ck_operation_state', 'operation')
    op.create_check_constraint(op.f('ck_operation_state'), 'operation', "state IN ('pending', 'running', 'succeeded', 'failed')")
    op.drop_index('ix_event_stuck', table_name='event', postgresql_where=sa.text("kind IN ('stuck:decided', 'stuck:ended', 'target:resumed')"))
    op.drop_index('ix_operation_open', table_name='operation', postgresql_where=sa.text("state IN ('pending', 'running')"))
    op.drop_column('operation', 'tried_at')
    op.drop_column('operation', 'progress')
    op.drop_column('operation', 'asked')
    op.drop_column('operation', 'subject_id')
    op.drop_column('operation', 'account_id')
    op.drop_index('ix_stuck_process_id', table_name='stuck')
    op.drop_index('ix_stuck_open_process', table_name='stuck', postgresql_where=sa.text("state <> 'closed'"))
    op.drop_index('ix_stuck_open_reason', table_name='stuck', postgresql_where=sa.text("state <> 'closed'"))
    op.drop_index('ix_stuck_open_account', table_name='stuck', postgresql_where=sa.text("state <> 'closed'"))
    op.drop_index('ix_stuck_open', table_name='stuck', postgresql_where=sa.text("state <> 'closed'"))
    op.drop_index('ix_stuck_decided', table_name='stuck', postgresql_where=sa.text("state = 'decided'"))
    op.drop_table('stuck')
    op.drop_table('bulk_retry')
    op.drop_table('target')
    op.drop_index('ix_step_waiting', table_name='step', postgresql_where=sa.text('waits_for IS NOT NULL'))
    op.drop_index('ix_step_resource_place', table_name='step', postgresql_where=sa.text('ended_at IS NULL AND resource IS NOT NULL'))
    op.drop_index('ix_step_process_id', table_name='step')
    op.drop_table('step')
