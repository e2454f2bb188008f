"""The schema of the web pages: sessions, logins under way, interrupted forms, logout tokens."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

_AUDIENCE = "audience IN ('selfservice', 'console')"


def _moment(name, *, now=False):
    default = sa.text('now()') if now else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=False)


def upgrade() -> None:
    op.execute("CREATE SCHEMA web")
    op.create_table('session',
    sa.Column('id', sa.LargeBinary(), nullable=False),
    sa.Column('audience', sa.Text(), nullable=False),
    sa.Column('issuer', sa.Text(), nullable=False),
    sa.Column('person', sa.Text(), nullable=False),
    sa.Column('sid', sa.Text(), nullable=True),
    sa.Column('acr', sa.Text(), nullable=True),
    sa.Column('amr', postgresql.ARRAY(sa.Text()), nullable=False),
    _moment('auth_time'),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('user_agent', sa.Text(), nullable=False),
    sa.Column('refreshing_until', sa.DateTime(timezone=True), nullable=True),
    _moment('created_at', now=True),
    _moment('last_seen_at', now=True),
    _moment('expires_at'),
    sa.CheckConstraint(_AUDIENCE, name='ck_session_audience'),
    sa.PrimaryKeyConstraint('id', name='pk_session'),
    schema='web')
    op.create_index('ix_session_person', 'session', ['person'], schema='web')
    op.create_index('ix_session_issuer_sid', 'session', ['issuer', 'sid'], schema='web')
    op.create_index('ix_session_expires_at', 'session', ['expires_at'], schema='web')
    op.create_table('login_attempt',
    sa.Column('id', sa.LargeBinary(), nullable=False),
    sa.Column('browser', sa.LargeBinary(), nullable=False),
    sa.Column('audience', sa.Text(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    _moment('expires_at'),
    sa.CheckConstraint(_AUDIENCE, name='ck_login_attempt_audience'),
    sa.PrimaryKeyConstraint('id', name='pk_login_attempt'),
    schema='web')
    op.create_index('ix_login_attempt_expires_at', 'login_attempt', ['expires_at'], schema='web')
    op.create_table('kept_form',
    sa.Column('audience', sa.Text(), nullable=False),
    sa.Column('person', sa.Text(), nullable=False),
    sa.Column('path', sa.Text(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    _moment('expires_at'),
    sa.CheckConstraint(_AUDIENCE, name='ck_kept_form_audience'),
    sa.PrimaryKeyConstraint('audience', 'person', 'path', name='pk_kept_form'),
    schema='web')
    op.create_index('ix_kept_form_expires_at', 'kept_form', ['expires_at'], schema='web')
    op.create_table('logout_token',
    sa.Column('id', sa.LargeBinary(), nullable=False),
    _moment('expires_at'),
    sa.PrimaryKeyConstraint('id', name='pk_logout_token'),
    schema='web')
    op.create_index('ix_logout_token_expires_at', 'logout_token', ['expires_at'], schema='web')


def downgrade() -> None:
    op.execute("DROP SCHEMA web CASCADE")
