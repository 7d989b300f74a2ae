-- Runs in each transaction that may write events: programs that follow events (sql/report/event.h) are
-- notified when it commits. Commits with NOTIFY run one at a time in the whole server, so NOTIFY is sent
-- only if a reader holds its lock ('pmde'), which is tried and released here. A reader that takes the
-- lock immediately afterwards polls within a second.

prepare transaction_notify as
select pg_notify('patchmda_event', '')
where not (pg_try_advisory_lock(1886217317, 0) and pg_advisory_unlock(1886217317, 0));
