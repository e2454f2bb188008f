"""Number verification: codes, SMS, limits, blocks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('number_block',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('reason', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_number_block'))
    )
    op.create_index('ix_number_block_subject_until', 'number_block', ['subject', 'until'], unique=False)
    op.create_table('send_quota',
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('used_until', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'subject', name=op.f('pk_send_quota'))
    )
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
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('resend_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('proven_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reason', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
    sa.CheckConstraint("state IN ('sent', 'verified', 'failed', 'expired', 'superseded', 'cancelled', 'undeliverable')", name=op.f('ck_verification_state')),
    sa.CheckConstraint('num_nonnulls(person_id, client) = 1', name=op.f('ck_verification_one_requester')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_verification_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_verification'))
    )
    op.create_index('ix_verification_person_id_created_at', 'verification', ['person_id', 'created_at'], unique=False)
    op.create_index('ix_verification_prefix_created_at', 'verification', ['prefix', 'created_at'], unique=False)
    op.create_index('uq_verification_open', 'verification', [sa.literal_column('COALESCE(CAST(person_id AS text), client)'), 'number'], unique=True, postgresql_where=sa.text("state = 'sent'"))
    op.create_table('sms',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('verification_id', sa.Uuid(), nullable=False),
    sa.Column('send', sa.Integer(), nullable=False),
    sa.Column('digest', sa.Text(), nullable=False),
    sa.Column('delivery', sa.Text(), nullable=False),
    sa.Column('provider_id', sa.Text(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('parts', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('reported_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['verification_id'], ['verification.id'], name=op.f('fk_sms_verification_id_verification')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sms')),
    sa.UniqueConstraint('verification_id', 'send', name=op.f('uq_sms_verification_id_send'))
    )
    op.add_column('service', sa.Column('user_id', sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f('fk_service_user_id_person'), 'service', 'person', ['user_id'], ['id'])


def downgrade() -> None:
    op.drop_constraint(op.f('fk_service_user_id_person'), 'service', type_='foreignkey')
    op.drop_column('service', 'user_id')
    op.drop_table('sms')
    op.drop_index('uq_verification_open', table_name='verification', postgresql_where=sa.text("state = 'sent'"))
    op.drop_index('ix_verification_prefix_created_at', table_name='verification')
    op.drop_index('ix_verification_person_id_created_at', table_name='verification')
    op.drop_table('verification')
    op.drop_table('send_quota')
    op.drop_index('ix_number_block_subject_until', table_name='number_block')
    op.drop_table('number_block')
