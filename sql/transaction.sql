-- In each transaction that may write events: whoever follows them (sql/report/event.h) is notified
-- when it commits. Commits with NOTIFY take turns in all of PostgreSQL, so there is none unless a
-- reader holds the lock ('pmde'), which is tried and released here. A reader that comes between asks
-- by itself within a second.

prepare transaction_notify as
select pg_notify('patchmda_event', '')
where not (pg_try_advisory_lock(1886217317, 0) and pg_advisory_unlock(1886217317, 0));
