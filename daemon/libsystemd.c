/*
 * libsystemd - its functions under their own names, from a library that is loaded when needed
 *
 * libsystemd brings libgcrypt and three compressors along, which every single delivery would load
 * and none uses: only the daemon speaks to systemd.  So patchmda is not linked with it:
 * systemd's headers declare, this file defines, and the first call opens the library.  Without it
 * everything fails with -ELIBACC.
 */
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <systemd/sd-journal.h>

#include "daemon/loaded.h"

#define STATE_BYTES_MAX 4096

static struct loaded library = { .name = "libsystemd.so.0" };

#define CALL(name, ...) LOADED_CALL(&library, name, __VA_ARGS__)
#define TRY(name, ...)  (loaded_is_there(&library) ? CALL(name, __VA_ARGS__) : -ELIBACC)

/* ---- sd-daemon */

int sd_notify(int unset_environment, const char *state)
{
	return TRY(sd_notify, unset_environment, state);
}

int sd_notifyf(int unset_environment, const char *format, ...)
{
	char state[STATE_BYTES_MAX];
	va_list values;

	va_start(values, format);
	(void)vsnprintf(state, sizeof(state), format, values);
	va_end(values);
	return sd_notify(unset_environment, state);
}

int sd_watchdog_enabled(int unset_environment, uint64_t *ret_usecs)
{
	return TRY(sd_watchdog_enabled, unset_environment, ret_usecs);
}

int sd_listen_fds_with_names(int unset_environment, char ***ret_names)
{
	return TRY(sd_listen_fds_with_names, unset_environment, ret_names);
}

int sd_is_socket(int fd, int family, int type, int listening)
{
	return TRY(sd_is_socket, fd, family, type, listening);
}

/* ---- sd-event */

int sd_event_new(sd_event **ret_event)
{
	return TRY(sd_event_new, ret_event);
}

/* Where there is an event, or a source of one, the library is there. */
sd_event *sd_event_unref(sd_event *event)
{
	return event != NULL ? CALL(sd_event_unref, event) : NULL;
}

int sd_event_loop(sd_event *event)
{
	return CALL(sd_event_loop, event);
}

int sd_event_exit(sd_event *event, int code)
{
	return CALL(sd_event_exit, event, code);
}

int sd_event_add_io(sd_event *event, sd_event_source **ret_source, int fd, uint32_t events,
		    sd_event_io_handler_t callback, void *context)
{
	return CALL(sd_event_add_io, event, ret_source, fd, events, callback, context);
}

int sd_event_add_signal(sd_event *event, sd_event_source **ret_source, int number,
			sd_event_signal_handler_t callback, void *context)
{
	return CALL(sd_event_add_signal, event, ret_source, number, callback, context);
}

int sd_event_add_time(sd_event *event, sd_event_source **ret_source, clockid_t clock,
		      uint64_t usecs, uint64_t accuracy_usecs, sd_event_time_handler_t callback,
		      void *context)
{
	return CALL(sd_event_add_time, event, ret_source, clock, usecs, accuracy_usecs, callback,
		    context);
}

sd_event_source *sd_event_source_disable_unref(sd_event_source *source)
{
	return source != NULL ? CALL(sd_event_source_disable_unref, source) : NULL;
}

int sd_event_source_set_enabled(sd_event_source *source, int enabled)
{
	return CALL(sd_event_source_set_enabled, source, enabled);
}

int sd_event_source_set_io_events(sd_event_source *source, uint32_t events)
{
	return CALL(sd_event_source_set_io_events, source, events);
}

int sd_event_source_set_time(sd_event_source *source, uint64_t usecs)
{
	return CALL(sd_event_source_set_time, source, usecs);
}

/* ---- sd-journal */

int sd_journal_sendv(const struct iovec *fields, int count)
{
	return TRY(sd_journal_sendv, fields, count);
}
