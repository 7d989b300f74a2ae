/*
 * passfile - libpq's password file as a systemd credential
 */
#ifndef DAEMON_PASSFILE_H
#define DAEMON_PASSFILE_H

/*
 * Let libpq use the credential `pgpass` (systemd.exec(5)) as its password file, unless PGPASSFILE
 * is set.  Errors are logged.
 */
void passfile_use(void);

#endif
