/*
 * passfile - the password file among systemd's credentials
 */
#ifndef DAEMON_PASSFILE_H
#define DAEMON_PASSFILE_H

/*
 * Let libpq use the credential `pgpass` (systemd.exec(5)) as its password file, unless the
 * environment names another.  What goes wrong is logged.
 */
void passfile_use(void);

#endif
