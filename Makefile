# patchmda - the whole build: variables, then rules, then targets
#
# `make help` lists the targets.  All output is written to build/, or to build/san with
# SANITIZE=1, so that both can exist at the same time, or to another directory with BUILD=.
# Switches: STRICT=1 (-Werror), SANITIZE=1 (address, undefined) or SANITIZE=thread (into
# build/tsan), V=1 (show the commands).

# ---- variables

PATCHMDA_VERSION := 0.2.0

PREFIX  ?= /usr/local
DESTDIR ?=
BUILD   ?= $(if $(filter 1,$(SANITIZE)),build/san,$(if $(filter thread,$(SANITIZE)),build/tsan,build))
JOBS    ?= $(shell getconf _NPROCESSORS_ONLN)
CORPUS  ?= ../shared/corpus
MBOX    ?=
ROUNDS  ?= 1000
SEED    ?= 1
KILLS   ?= 1000
TESTS   ?=
TARGET  ?=
SECONDS ?= 3600
COMMITS ?= ../shared/conformance/commits

MAKEFLAGS += --no-builtin-rules

PACKAGES := gmime-3.0 libpq libpcre2-8 jansson libsystemd libarchive libmicrohttpd libcrypto zlib

# pkg-config may be missing until `make deps` has run, so it is called when the first command
# line needs it, and only once: the variable replaces itself by its value.
pkg-config = $(or $(shell pkg-config $(1)),$(error pkg-config $(1) failed: try `make deps`))
LIB_CFLAGS  = $(eval LIB_CFLAGS := $$(patsubst -I%,-isystem %,$$(call pkg-config,--cflags $(PACKAGES))))$(LIB_CFLAGS)
LIB_LIBS    = $(eval LIB_LIBS := $$(call pkg-config,--libs $(PACKAGES)))$(LIB_LIBS)
CMOCKA_LIBS = $(eval CMOCKA_LIBS := $$(call pkg-config,--libs cmocka))$(CMOCKA_LIBS)

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wcast-qual \
	-Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wformat=2 -Wundef -Wvla \
	-Wnull-dereference $(if $(filter 1,$(STRICT)),-Werror)
SANITIZERS := $(if $(filter 1,$(SANITIZE)),-fsanitize=address -fsanitize=undefined \
	-fno-sanitize-recover=undefined -fno-omit-frame-pointer)
ifeq ($(SANITIZE),thread)
SANITIZERS := -fsanitize=thread -fno-omit-frame-pointer
endif

CFLAGS  ?= -O2 -g
LDFLAGS ?=
ALL_CFLAGS  = -std=gnu17 $(WARNINGS) -I. $(LIB_CFLAGS) -pthread $(SANITIZERS) $(CPPFLAGS) $(CFLAGS)
ALL_LDFLAGS = -pthread $(SANITIZERS) -Wl,--as-needed $(LDFLAGS)

# A program is made of one file, patchmda also of its commands.  All other files of a folder and its
# subfolders are put into the archive of the folder.
PROGRAM_SOURCES := daemon/main.c daemon/patchmda-deliver.c $(sort $(wildcard daemon/commands/*.c))

objects = $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(PROGRAM_SOURCES),$(sort $(wildcard $(1)/*.c $(1)/*/*.c))))

SCHEMA       := $(sort $(wildcard sql/schema/[0-9]*.sql))
STATEMENTS   := $(filter-out $(SCHEMA) sql/grants.sql,$(sort $(wildcard sql/*.sql sql/*/*.sql)))
PARSER_OBJS  := $(call objects,parser)
SQL_OBJS     := $(call objects,sql) $(BUILD)/gen/migrations.o $(BUILD)/gen/statements.o
DAEMON_OBJS  := $(call objects,daemon) $(BUILD)/gen/style.o
COMMAND_OBJS := $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard daemon/commands/*.c)))
PROGRAM_OBJS := $(patsubst %.c,$(BUILD)/%.o,$(PROGRAM_SOURCES))

# The order is that of the linker: an archive is listed before those that it needs.
ARCHIVES := $(BUILD)/libdaemon.a $(BUILD)/libsql.a $(BUILD)/libparser.a

PROGRAMS := $(if $(wildcard daemon/main.c),$(BUILD)/patchmda) \
	$(if $(wildcard daemon/patchmda-deliver.c),$(BUILD)/patchmda-deliver)
TEST_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/unit/test_*.c tests/corpus/*.c)))
FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
REPLAY := $(BUILD)/tests/commits/replay
BENCH_PROGRAMS := $(addprefix $(BUILD)/tests/bench/,generate gmime-parse run timeline lmtp-load http-load each)
KILL_PROGRAMS := $(addprefix $(BUILD)/tests/kill/,kill-at.so pipe init)

OBJS := $(PARSER_OBJS) $(SQL_OBJS) $(DAEMON_OBJS) $(PROGRAM_OBJS) $(addsuffix .o,$(TEST_PROGRAMS)) \
	$(addprefix $(BUILD)/tests/bench/,words.o body.o envelope.o people.o letters.o) $(addsuffix .o,$(BENCH_PROGRAMS)) $(REPLAY).o

# The fuzz targets and the code that they call, built for libFuzzer, which is a part of clang.
FUZZ_CC      := clang
FUZZ_FLAGS   := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
FUZZ_LIBRARY := $(patsubst %.c,$(BUILD)/fuzz/%.o,$(sort $(wildcard parser/*.c parser/*/*.c)) \
	daemon/input.c daemon/lmtpd/lmtp.c daemon/lmtpd/lmtp_path.c daemon/lmtpd/lmtp_text.c daemon/import/mbox.c daemon/import/separator.c \
	daemon/httpd/http.c daemon/httpd/negotiate.c daemon/httpd/body.c daemon/httpd/json_fault.c daemon/httpd/credentials.c sql/report/instant.c \
	daemon/commits/commit_log.c daemon/output/span.c daemon/output/percent.c \
	$(addprefix daemon/pages/,change_log.c diff_view.c html.c mail_text.c))

UNITS     := $(wildcard systemd/*.service systemd/*.socket systemd/*.timer)
SYSUSERS  := $(wildcard systemd/*.sysusers.conf)
EXAMPLES  := $(wildcard systemd/patchmda-*.conf)
MAN_PAGES := $(wildcard daemon/commands/*.[1-8] sql/*.[1-8])
DOCS      := $(wildcard LICENSE README.md NEWS.md)
GRANTS    := $(wildcard sql/grants.sql)
# The directory of zsh's completions; Debian's packages use another one.
ZSH_DIR   ?= share/zsh/site-functions

Q       := $(if $(filter 1,$(V)),,@)
SUBMAKE  = $(MAKE) --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))

all:

# ---- rules

$(BUILD)/daemon/%.o: CPPFLAGS += -DPATCHMDA_VERSION='"$(PATCHMDA_VERSION)"'

$(BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "  CC    $<"
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/gen/%.o: $(BUILD)/gen/%.c Makefile
	@echo "  CC    $<"
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Folders are prerequisites too, because removing a file changes only the date of its folder.
$(BUILD)/gen/migrations.c: tools/migrations-to-c $(wildcard sql/schema) $(SCHEMA)
	@mkdir -p $(@D)
	@echo "  GEN   $@"
	$(Q)tools/migrations-to-c $(SCHEMA) >$@.new && mv $@.new $@

$(BUILD)/gen/statements.c: tools/statements-to-c $(sort $(dir $(STATEMENTS))) $(STATEMENTS)
	@mkdir -p $(@D)
	@echo "  GEN   $@"
	$(Q)tools/statements-to-c $(STATEMENTS) >$@.new && mv $@.new $@

$(BUILD)/gen/style.c: tools/text-to-c daemon/pages/style.css
	@mkdir -p $(@D)
	@echo "  GEN   $@"
	$(Q)tools/text-to-c style_sheet daemon/pages/style.css daemon/pages/style.h >$@.new && mv $@.new $@

# The archive is deleted first, so that it does not keep the object of a removed source.
$(BUILD)/libparser.a: $(PARSER_OBJS)
$(BUILD)/libsql.a: $(SQL_OBJS)
$(BUILD)/libdaemon.a: $(DAEMON_OBJS)
$(ARCHIVES):
	@mkdir -p $(@D)
	@echo "  AR    $@"
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/patchmda: $(BUILD)/daemon/main.o $(COMMAND_OBJS) $(ARCHIVES)
	@echo "  LD    $@"
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIB_LIBS)

# The thin client must start in under a millisecond: libc and nothing else.
$(BUILD)/patchmda-deliver: $(addprefix $(BUILD)/daemon/,patchmda-deliver.o address.o parents.o)
	@echo "  LD    $@"
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^

$(BUILD)/tests/corpus/run: $(BUILD)/daemon/commands/parse.o
$(TEST_PROGRAMS) $(REPLAY): %: %.o $(ARCHIVES)
	@echo "  LD    $@"
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIB_LIBS) $(CMOCKA_LIBS)

BENCH_WORDS := $(addprefix $(BUILD)/tests/bench/,words.o body.o envelope.o people.o)
$(BUILD)/tests/bench/generate: $(BENCH_WORDS)
$(BUILD)/tests/bench/lmtp-load $(BUILD)/tests/bench/each: $(BUILD)/tests/bench/letters.o $(BENCH_WORDS)
$(BENCH_PROGRAMS): %: %.o
	@echo "  LD    $@"
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIB_LIBS) -lm

$(BUILD)/fuzz/daemon/import/mbox.o: FUZZ_FLAGS += -D'READ_BYTES=((size_t)256)'

$(BUILD)/fuzz/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "  FUZZ  $<"
	$(Q)$(FUZZ_CC) -std=gnu17 $(WARNINGS) -I. $(LIB_CFLAGS) $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<

$(FUZZERS): $(BUILD)/fuzz/%: $(BUILD)/fuzz/tests/fuzz/%.o $(FUZZ_LIBRARY)
	@echo "  LD    $@"
	$(Q)$(FUZZ_CC) $(FUZZ_FLAGS) -fsanitize=fuzzer -o $@ $^ $(LIB_LIBS)

# A preloaded library comes before those of the sanitizers, and must not need them.
$(BUILD)/tests/kill/kill-at.so: tests/kill/kill-at.c Makefile
	@mkdir -p $(@D)
	@echo "  LD    $@"
	$(Q)$(CC) $(filter-out $(SANITIZERS),$(ALL_CFLAGS)) -fPIC -shared -MMD -MP -o $@ $<

$(BUILD)/tests/kill/pipe $(BUILD)/tests/kill/init: %: %.o
	@echo "  LD    $@"
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^

-include $(OBJS:.o=.d) $(FUZZ_LIBRARY:.o=.d) $(patsubst $(BUILD)/fuzz/%,$(BUILD)/fuzz/tests/fuzz/%.d,$(FUZZERS))

# ---- targets

all: $(PROGRAMS) $(ARCHIVES)	## build the programs (the default)
	@:

test-programs: $(TEST_PROGRAMS) $(KILL_PROGRAMS)
	@:

check:	## build and run every test; TESTS="unit/test_view flow" runs those only
	@tools/deps check
	@$(SUBMAKE) all test-programs
	@BUILD=$(BUILD) STRICT=$(STRICT) tests/run $(TESTS)

lint: all	## check what the compiler does not: layout, dependencies, forbidden functions
	@BUILD=$(BUILD) tests/lint

format:	## format all C according to .clang-format
	@find . \( -name .git -o -path ./build \) -prune -o -name '*.[ch]' -print0 | xargs -0 -r clang-format -i

mail-servers:	## test the README's recipes for Exim and OpenSMTPD; as root, with apt-get
	@tools/deps check
	@$(SUBMAKE) all
	@BUILD=$(BUILD) tests/mail-servers

demo:	## import a sample mailbox, or MBOX=path, into a private PostgreSQL, and serve its pages on 127.0.0.1
	@tools/deps run
	@$(SUBMAKE) all
	@BUILD=$(BUILD) tools/demo $(if $(MBOX),'$(MBOX)')

demo-stop:	## stop the demo's PostgreSQL and web server
	@BUILD=$(BUILD) tools/demo --stop

check-pages:	## check pages with headless Chromium: overflow, contrast; takes screenshots
	@tools/deps pages
	@$(SUBMAKE) all
	@BUILD=$(BUILD) tests/check-pages

conformance:	## import the archives of CORPUS=../shared/corpus and compare with the model
	@tools/deps check
	@$(SUBMAKE) all
	@tests/differential/reference '$(CORPUS)'
	@BUILD=$(BUILD) tests/conformance '$(CORPUS)' $(TESTS)

conformance-commits:	## check that recorded commits find their patches: CORPUS=../shared/corpus COMMITS=../shared/conformance/commits
	@tools/deps check
	@$(SUBMAKE) all $(REPLAY)
	@BUILD=$(BUILD) tests/commits/conformance '$(CORPUS)' '$(COMMITS)'

conformance-revisions:	## count the later versions of series in archives that are linked: CORPUS=../shared/corpus
	@tools/deps check
	@$(SUBMAKE) all
	@BUILD=$(BUILD) tests/revisions/archives '$(CORPUS)'

conformance-rest:	## compare httpd's responses with recorded ones: CORPUS=../shared/conformance/rest
	@tools/deps check
	@$(SUBMAKE) all
	@BUILD=$(BUILD) tests/conformance-rest '$(CORPUS)' $(TESTS)

differential:	## compare damaged mails and small hostile threads with the model: CORPUS=../shared/corpus ROUNDS=1000 SEED=1
	@tools/deps check
	@$(SUBMAKE) all
	@BUILD=$(BUILD) tests/differential/mails '$(CORPUS)' --mails $(ROUNDS) --seed '$(SEED)'
	@BUILD=$(BUILD) tests/differential/charsets '$(CORPUS)'
	@BUILD=$(BUILD) tests/differential/run '$(CORPUS)' --cases $(ROUNDS) --seed '$(SEED)'
	@BUILD=$(BUILD) tests/revisions/run --cases $(ROUNDS) --seed '$(SEED)'

second-opinion:	## compare MIME parts with those of GMime's parser; CORPUS=../shared/corpus
	@$(SUBMAKE) all test-programs
	@$(BUILD)/tests/corpus/second-opinion $(wildcard $(CORPUS)/*.mbox*)

valgrind:	## parse the corpus, or PATHS="archive...", under Valgrind
	@tools/deps check
	@$(SUBMAKE) all
	@BUILD=$(BUILD) tests/valgrind $(PATHS)

fuzzers: $(FUZZERS)
	@:

fuzz:	## search for inputs that break the parser: TARGET=message SECONDS=3600 (see tests/fuzz/run)
	@tools/deps check
	@$(SUBMAKE) fuzzers
	@BUILD=$(BUILD) tests/fuzz/run '$(TARGET)' '$(SECONDS)'

archive-kills:	## kill imports from git and followers at random, and compare the rows: KILLS=200 SEED=1
	@tools/deps check
	@$(SUBMAKE) all
	@BUILD=$(BUILD) tests/archive-kills $(if $(filter command line,$(origin KILLS)),$(KILLS),200) '$(SEED)'

kill-hunt:	## kill programs and the server at any moment, and check that all mail is stored once: KILLS=1000 SEED=1
	@tools/deps check
	@$(SUBMAKE) all test-programs
	@BUILD=$(BUILD) tests/kill/hunt --kills $(KILLS) --seed '$(SEED)'

hunt-http:	## thousands of hostile clients of httpd: CLIENTS=5000 KINDS="idle reader" SECS=10
	@tools/deps check
	@$(SUBMAKE) all
	@BUILD=$(BUILD) tests/hunt-http

bench:	## measure parsing and importing; MBOX=path, or COUNT=40000 generated; MILLION=0 is quick
	@tools/deps check
	@$(SUBMAKE) all bench-programs
	@BUILD=$(BUILD) tests/bench/bench $(if $(MBOX),'$(MBOX)')

bench-lmtp:	## measure the daemon and the delivery of single mails; COUNT=20000 REPEAT=3
	@tools/deps check
	@$(SUBMAKE) all bench-programs
	@BUILD=$(BUILD) tests/bench/lmtp

bench-archive:	## measure the import of a git repository beside that of a mailbox: MBOX=path REPEAT=5
	@tools/deps check
	@$(SUBMAKE) all bench-programs
	@BUILD=$(BUILD) MBOX='$(MBOX)' tests/bench/archive

bench-commits:	## measure `patchmda commits` beside git log: PATCHES=1000000 COUNT=10000 REPEAT=3
	@tools/deps check
	@$(SUBMAKE) all bench-programs
	@BUILD=$(BUILD) tests/bench/commits

bench-http:	## measure `patchmda httpd` beside pgbench: PATCHES="30000 1000000" DURATION=3 ROUNDS=3 CLIENTS=8
	@tools/deps check
	@$(SUBMAKE) all bench-programs
	@BUILD=$(BUILD) tests/bench/http

bench-programs: $(BENCH_PROGRAMS)
	@:

deps:	## install missing packages for building and testing
	@tools/deps run check

install: all	## install below $(DESTDIR)$(PREFIX)
	install -d '$(DESTDIR)$(PREFIX)/bin'
	install -m 755 $(PROGRAMS) '$(DESTDIR)$(PREFIX)/bin'
	$(call install-files,$(UNITS),lib/systemd/system)
	sed -i 's,^ExecStart=patchmda ,ExecStart=$(PREFIX)/bin/patchmda ,' \
		$(patsubst systemd/%,'$(DESTDIR)$(PREFIX)/lib/systemd/system/%',$(filter %.service,$(UNITS)))
	$(call install-files,$(SYSUSERS),lib/sysusers.d)
	$(foreach section,1 7 8,$(call install-files,$(filter %.$(section),$(MAN_PAGES)),share/man/man$(section)))
	$(call install-files,$(DOCS),share/doc/patchmda)
	$(call install-files,$(EXAMPLES),share/doc/patchmda/examples)
	$(call install-files,$(GRANTS),share/patchmda)
	$(call install-files,completion/patchmda.bash,share/bash-completion/completions)
	cd '$(DESTDIR)$(PREFIX)/share/bash-completion/completions' && mv patchmda.bash patchmda && ln -sf patchmda patchmda-deliver
	$(call install-files,completion/_patchmda,$(ZSH_DIR))

# $(1) files, $(2) folder below PREFIX; the blank line ends one command and begins the next.
define install-files
$(if $(strip $(1)),install -d '$(DESTDIR)$(PREFIX)/$(2)'
	install -m 644 $(strip $(1)) '$(DESTDIR)$(PREFIX)/$(2)')

endef

dist:	## make a tarball of the last commit, in build/
	@git diff --quiet HEAD || echo 'dist: uncommitted changes are not included' >&2
	@mkdir -p $(BUILD)
	git archive --format=tar.gz --prefix=patchmda-$(PATCHMDA_VERSION)/ \
		-o $(BUILD)/patchmda-$(PATCHMDA_VERSION).tar.gz HEAD

distcheck: dist	## build, lint and test the tarball of `make dist` outside of git; TESTS="unit"
	rm -rf $(BUILD)/distcheck && mkdir -p $(BUILD)/distcheck
	tar -xzf $(BUILD)/patchmda-$(PATCHMDA_VERSION).tar.gz -C $(BUILD)/distcheck
	GIT_CEILING_DIRECTORIES='$(abspath $(BUILD)/distcheck)' GIT_DIR= \
		$(SUBMAKE) -C $(BUILD)/distcheck/patchmda-$(PATCHMDA_VERSION) BUILD=build lint check

deb:	## build a Debian package of the last commit, in build/deb/
	@tools/deps run deb
	@tools/deb '$(BUILD)/deb' $(PATCHMDA_VERSION)

clean:	## remove build/, and with it the demo
	@for dir in $(BUILD)/demo $(BUILD)/bench/pg $(BUILD)/bench-commits/pg $(BUILD)/bench-http/pg $(BUILD)/tests/pg.*; do \
		test ! -d $$dir || tools/private-postgres remove $$dir; \
	done
	rm -rf $(BUILD)

# The flags of the compiler, for tests/lint and for editors.
flags:
	@echo $(CC) $(ALL_CFLAGS)

help:	## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' Makefile
	@echo '  Switches: STRICT=1 SANITIZE=1|thread V=1 CC=clang BUILD=build/clang PREFIX=... DESTDIR=...'

.PHONY: all test-programs fuzzers fuzz second-opinion valgrind check lint format demo demo-stop check-pages conformance differential kill-hunt deps install clean flags help
.PHONY: archive-kills bench-archive conformance-commits conformance-revisions conformance-rest bench-commits bench-http hunt-http mail-servers dist distcheck deb
.DELETE_ON_ERROR:
.SECONDARY:
