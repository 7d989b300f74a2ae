/*
 * commands - one function for each of patchmda's commands
 *
 * Each takes the arguments after the program's name, its own name first, and returns the exit
 * status.
 */
#ifndef DAEMON_COMMANDS_COMMANDS_H
#define DAEMON_COMMANDS_COMMANDS_H

int cmd_commits(int argc, char **argv);
int cmd_deliver(int argc, char **argv);
int cmd_follow(int argc, char **argv);
int cmd_hash(int argc, char **argv);
int cmd_held(int argc, char **argv);
int cmd_httpd(int argc, char **argv);
int cmd_import(int argc, char **argv);
int cmd_init(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_lmtpd(int argc, char **argv);
int cmd_parse(int argc, char **argv);
int cmd_project(int argc, char **argv);
int cmd_revisions(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_user(int argc, char **argv);
int cmd_why(int argc, char **argv);

#endif
