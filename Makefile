# headgate - `make` builds, `make run` serves the examples, `make test` tests; `make help` lists all.
#
# Variants share this file and differ by build folder:  make SANITIZE=address,undefined BUILD=build/asan unit
VERSION := 0.1.0
BUILD ?= build
CC ?= gcc
PREFIX ?= /usr/local
SANITIZE ?=
WERROR ?=

# One short line per step; V=1 shows the commands, -s nothing.
Q := $(if $(V),,@)
say = $(if $(V)$(findstring s,$(firstword -$(MAKEFLAGS))),@:,@printf '  %-3s %s\n' $(1) $(patsubst $(BUILD)/%,%,$@))

# ---------------------------------------------------------------- flags
PACKAGES := libevent libevent_pthreads rdkafka avro-c jansson libzstd zlib yaml-0.1 libpcre2-8 libcrypto
CPPFLAGS += -I. -D_GNU_SOURCE -DHEADGATE_VERSION='"$(VERSION)"'
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
# What a compiler does not know (clang before 16 the last of HARDEN) is left out.
supported = $(shell $(CC) $(1) -fsyntax-only -x c /dev/null 2>/dev/null && echo '$(1)')
HARDEN := -fPIE -fstack-protector-strong -fstack-clash-protection -fcf-protection $(call supported,-ftrivial-auto-var-init=zero)
CFLAGS ?= -O2 -g
# Structs are cleared and copied by loops of vectors: gcc's own choice, rep stos, starts slowly.
STRINGOPS := vector_loop:512:noalign,libcall:-1:noalign
STRINGOPS := -mmemset-strategy=$(STRINGOPS) -mmemcpy-strategy=$(STRINGOPS)
STRINGOPS := $(call supported,$(STRINGOPS))
# Hidden: a library that headgate loads must never find our symbols in place of its own.
ALL_CFLAGS := -std=c11 $(CFLAGS) $(STRINGOPS) $(WARNINGS) -fvisibility=hidden $(if $(WERROR),-Werror) -pthread
ALL_LDFLAGS := $(LDFLAGS) -pthread
ifeq ($(SANITIZE),)
ALL_CFLAGS += $(HARDEN) -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
ALL_LDFLAGS += -pie -Wl,-z,relro,-z,now,-z,noexecstack
MALLOC := -Wl,--no-as-needed -lmimalloc -Wl,--as-needed
else
ALL_CFLAGS += -fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fPIE -DHEADGATE_SANITIZED
ALL_LDFLAGS += -fsanitize=$(SANITIZE) -pie
# ThreadSanitizer does not see librdkafka's threads begin unless they come from these definitions.
MALLOC := $(if $(filter thread,$(SANITIZE)),tests/tsan/threads.c)
endif
LIBS = $(shell pkg-config --libs $(PACKAGES)) -lm

# ---------------------------------------------------------------- sources: a file is found by where it lies
CORE_SOURCES := $(wildcard codecs/*.c contracts/*.c contracts/data/*.c)
GATEWAY_SOURCES := $(filter-out gateway/main.c,$(wildcard gateway/*.c gateway/*/*.c gateway/*/*/*.c))
BENCH_SOURCES := bench/histogram.c $(filter-out bench/load.c,$(wildcard bench/load*.c))
TEST_SOURCES := $(wildcard tests/unit/*/test_*.c tests/unit/*/*/test_*.c)

object = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
CORE := $(call object,$(CORE_SOURCES))
GATEWAY := $(call object,$(GATEWAY_SOURCES))
BENCH := $(call object,$(BENCH_SOURCES))
TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(TEST_SOURCES))

.PHONY: all library deps test-deps bench-deps run test unit asan tsan threads integration lint bench bench-full drills flame bench-programs fuzz clean help
.PHONY: install install-program install-library uninstall
all: $(BUILD)/headgate $(BUILD)/headgate-bench

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/libheadgate.a: $(CORE)
	@rm -f $@
	$(call say,AR)
	$(Q)ar rcs $@ $^

$(BUILD)/libgateway.a: $(GATEWAY)
	@rm -f $@
	$(call say,AR)
	$(Q)ar rcs $@ $^

$(BUILD)/headgate: $(BUILD)/obj/gateway/main.o $(BUILD)/libgateway.a $(BUILD)/libheadgate.a
	$(call say,LD)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(MALLOC) $^ $(LIBS)

# The load generator; nothing else of bench/ is built by plain `make`.
$(BUILD)/libbench.a: $(BENCH)
	@rm -f $@
	$(call say,AR)
	$(Q)ar rcs $@ $^

$(BUILD)/headgate-bench: $(BUILD)/obj/bench/load.o $(BUILD)/libbench.a $(BUILD)/libgateway.a $(BUILD)/libheadgate.a
	$(call say,LD)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(MALLOC) $^ $(LIBS)

# ---------------------------------------------------------------- the public library: contracts/headgate.h, nothing else
# Its objects are position-independent, the program's are PIE: two builds of the same sources. Of these the linker takes what
# headgate.h needs. The archive holds one object in which every other name is local, so that it clashes with nobody's.
LIBRARY_ABI := 0
LIBRARY_SO := $(BUILD)/lib/libheadgate.so.$(LIBRARY_ABI)
LIBRARY := $(LIBRARY_SO) $(BUILD)/lib/libheadgate.a
LIBRARY_PACKAGES := yaml-0.1 libpcre2-8 libcrypto jansson
PIC := $(patsubst %.c,$(BUILD)/pic/%.o,$(CORE_SOURCES))
PIC_ENTRY := $(BUILD)/pic/contracts/headgate.o $(BUILD)/pic/contracts/headgate_enforce.o

library: $(LIBRARY)

$(BUILD)/pic/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(filter-out -fPIE,$(ALL_CFLAGS)) -fPIC -MMD -MP -c $< -o $@

$(BUILD)/pic/libcore.a: $(PIC)
	@rm -f $@
	$(call say,AR)
	$(Q)ar rcs $@ $^

$(LIBRARY_SO): $(BUILD)/pic/libcore.a contracts/headgate.map
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) -shared $(filter-out -fPIE,$(ALL_CFLAGS)) $(filter-out -pie,$(ALL_LDFLAGS)) -Wl,-soname,$(@F) -Wl,--as-needed -Wl,-z,defs \
	    -Wl,--version-script=contracts/headgate.map -o $@ $(PIC_ENTRY) $< $(shell pkg-config --libs $(LIBRARY_PACKAGES)) -lm

$(BUILD)/lib/libheadgate.a: $(BUILD)/pic/libcore.a
	@mkdir -p $(@D)
	@rm -f $@
	$(call say,AR)
	$(Q)$(CC) -r -nostdlib -o $(BUILD)/pic/whole.o $(PIC_ENTRY) $<
	$(Q)objcopy --localize-hidden $(BUILD)/pic/whole.o $(BUILD)/pic/headgate.o
	$(Q)ar rcs $@ $(BUILD)/pic/headgate.o

# ---------------------------------------------------------------- tests
# llhttp is no part of any program: tests hold our readers of requests' heads and of replies against it. Newer distributions have a
# libllhttp package; Debian 12 ships its C sources in node-llhttp.
LLHTTP_SOURCES := $(if $(wildcard /usr/share/llhttp/llhttp.c),api http llhttp)
LLHTTP_FLAGS := $(if $(LLHTTP_SOURCES),-isystem /usr/share/include/llhttp)
LLHTTP := $(if $(LLHTTP_SOURCES),$(BUILD)/libllhttp.a)
LLHTTP_LIBS = $(or $(LLHTTP),$(shell pkg-config --libs libllhttp))

$(BUILD)/obj/llhttp/%.o: /usr/share/llhttp/%.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(LLHTTP_FLAGS) -O2 -g -fPIE $(if $(SANITIZE),-fsanitize=$(SANITIZE)) -c $< -o $@

$(BUILD)/libllhttp.a: $(patsubst %,$(BUILD)/obj/llhttp/%.o,$(LLHTTP_SOURCES))
	@rm -f $@
	$(call say,AR)
	$(Q)ar rcs $@ $^

# A unit test is one program, tests/unit/<room>/test_<noun>.c, linked with the rooms below it. Tests that make malloc fail
# name the wrap in a line  // link: -Wl,--wrap=malloc
$(BUILD)/tests/codecs/%: tests/unit/codecs/%.c $(BUILD)/libheadgate.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(CPPFLAGS) -Itests $(ALL_CFLAGS) $(ALL_LDFLAGS) -MMD -MP -MF $@.d -o $@ $< $(shell sed -n 's,^// link: ,,p' $<) $(BUILD)/libheadgate.a -lcmocka $(LIBS)

$(BUILD)/tests/contracts/%: tests/unit/contracts/%.c $(BUILD)/libheadgate.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(CPPFLAGS) -Itests $(ALL_CFLAGS) $(ALL_LDFLAGS) -MMD -MP -MF $@.d -o $@ $< $(shell sed -n 's,^// link: ,,p' $<) $(BUILD)/libheadgate.a -lcmocka $(LIBS)

$(BUILD)/tests/gateway/%: tests/unit/gateway/%.c $(BUILD)/libgateway.a $(BUILD)/libheadgate.a $(LLHTTP)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(CPPFLAGS) $(LLHTTP_FLAGS) -Itests $(ALL_CFLAGS) $(ALL_LDFLAGS) -MMD -MP -MF $@.d -o $@ $< $(shell sed -n 's,^// link: ,,p' $<) $(BUILD)/libgateway.a $(BUILD)/libheadgate.a -lcmocka $(LLHTTP_LIBS) $(LIBS)

# Programs that integration tests run against a real broker.
$(BUILD)/tests/integration/%: tests/integration/%.c $(BUILD)/libgateway.a $(BUILD)/libheadgate.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(CPPFLAGS) -Itests $(ALL_CFLAGS) $(ALL_LDFLAGS) -MMD -MP -MF $@.d -o $@ $< $(BUILD)/libgateway.a $(BUILD)/libheadgate.a -lcmocka $(LIBS)

$(BUILD)/tests/bench/%: tests/unit/bench/%.c $(BUILD)/libbench.a $(BUILD)/libgateway.a $(BUILD)/libheadgate.a $(LLHTTP)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(CPPFLAGS) $(LLHTTP_FLAGS) -Itests $(ALL_CFLAGS) $(ALL_LDFLAGS) -MMD -MP -MF $@.d -o $@ $< $(shell sed -n 's,^// link: ,,p' $<) $(BUILD)/libbench.a $(BUILD)/libgateway.a $(BUILD)/libheadgate.a -lcmocka $(LLHTTP_LIBS) $(LIBS)

unit: $(TESTS)
	@bash tests/run-unit.sh $(TESTS)

# The unit tests under the sanitizers; the threaded server under load with ThreadSanitizer.
asan: | test-deps
	@$(MAKE) --no-print-directory SANITIZE=address,undefined BUILD=$(BUILD)/asan CFLAGS='-O1 -g' unit

tsan: | test-deps
	@$(MAKE) --no-print-directory SANITIZE=thread BUILD=$(BUILD)/tsan CFLAGS='-O1 -g' all threads
	@bash tests/integration/tsan.sh $(BUILD)/tsan/headgate

# Unit tests that start threads of their own.
threads: $(BUILD)/tests/gateway/ingest/test_dedupe $(BUILD)/tests/gateway/test_alarms
	@bash tests/run-unit.sh $^

integration: $(BUILD)/headgate $(LIBRARY) $(BUILD)/bench/floor_producer $(BUILD)/bench/micro_stages
	@bash tests/integration/run.sh $(BUILD)/headgate

test: | test-deps
	@$(MAKE) --no-print-directory all unit integration

lint: | test-deps
	@bash tests/lint.sh

# ---------------------------------------------------------------- fuzzing: one program per tests/fuzz/fuzz_<noun>.c
FUZZ_SECONDS ?= 600
FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_FLAGS := SANITIZE=fuzzer-no-link,address,undefined BUILD=$(BUILD)/fuzz CC=clang CFLAGS='-O1 -g'

fuzz: | test-deps
	@$(MAKE) --no-print-directory $(FUZZ_FLAGS) $(BUILD)/fuzz/libheadgate.a $(BUILD)/fuzz/libgateway.a $(BUILD)/fuzz/libbench.a
	@$(MAKE) --no-print-directory $(FUZZERS)
	@bash tests/fuzz/run.sh $(FUZZ_SECONDS) $(FUZZERS)

$(BUILD)/fuzz/fuzz_%: tests/fuzz/fuzz_%.c $(BUILD)/fuzz/libbench.a $(BUILD)/fuzz/libgateway.a $(BUILD)/fuzz/libheadgate.a $(LLHTTP)
	$(call say,LD)
	$(Q)clang $(CPPFLAGS) $(LLHTTP_FLAGS) -Itests -std=c11 -O1 -g $(WARNINGS) -Wno-missing-prototypes -DHEADGATE_SANITIZED -pthread \
	    -fsanitize=fuzzer,address,undefined -o $@ $< $(BUILD)/fuzz/libbench.a $(BUILD)/fuzz/libgateway.a $(BUILD)/fuzz/libheadgate.a $(LLHTTP_LIBS) $(LIBS)

# ---------------------------------------------------------------- people
# `make` on a machine where nothing is installed yet says what to do instead of failing in the middle.
deps:
	@bash docker/deps.sh build

test-deps:
	@bash docker/deps.sh test

run: | deps
	@$(MAKE) --no-print-directory -j$(shell nproc) all
	@bash docker/run-examples.sh $(BUILD)/headgate contracts/examples

# What headgate is measured against; the same flags, libraries and allocator.
FLOORS := $(addprefix $(BUILD)/bench/,passthrough floor_http floor_producer)
FLOOR_PARTS := $(call object,bench/floor_server.c bench/floor_kafka.c bench/load_process.c)

$(FLOORS): $(BUILD)/bench/%: $(BUILD)/obj/bench/%.o $(FLOOR_PARTS)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(MALLOC) $^ $(shell pkg-config --libs libevent rdkafka)

# What judging an event costs, beside simdjson in the same process.
$(BUILD)/obj/%.o: %.cc
	@mkdir -p $(@D)
	$(call say,CXX)
	$(Q)$(CXX) $(CPPFLAGS) -std=c++17 $(CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/bench/micro_enforce: $(BUILD)/obj/bench/micro_enforce.o $(BUILD)/obj/bench/micro_desk.o $(BUILD)/obj/bench/floor_simdjson.o $(BUILD)/libheadgate.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CXX) $(CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lsimdjson $(LIBS)

# What each stage of an event's way costs, alone.
$(BUILD)/bench/micro_stages: $(BUILD)/obj/bench/micro_stages.o $(BUILD)/obj/bench/micro_desk.o $(BUILD)/libgateway.a $(BUILD)/libheadgate.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(MALLOC) $^ $(LIBS)

bench-programs: $(BUILD)/headgate $(BUILD)/headgate-bench $(FLOORS) $(BUILD)/bench/micro_enforce $(BUILD)/bench/micro_stages

# The report says which promises were kept; a broken one is no failure of make's.
BENCH_SUITE ?= $(if $(BENCH_QUICK),quick,normal)
BENCH_FLAGS := $(if $(BENCH_SAVE),--save $(BENCH_SAVE)) $(if $(BENCH_ONLY),--only $(BENCH_ONLY))

bench: | bench-deps
	@$(MAKE) --no-print-directory bench-programs
	@BUILD=$(BUILD) python3 bench/run.py --suite $(BENCH_SUITE) $(BENCH_FLAGS) || [ $$? -eq 1 ]

bench-full: | bench-deps
	@bash docker/deps.sh peers
	@$(MAKE) --no-print-directory bench BENCH_SUITE=full

# A flame graph of a gateway under load; frames keep their pointers.
flame:
	@bash bench/flame.sh --check
	@$(MAKE) --no-print-directory BUILD=build/flame CFLAGS="$(CFLAGS) -fno-omit-frame-pointer" all
	@bash bench/flame.sh

# What headgate and the services beside it do with bad input and with faults.
drills: | bench-deps
	@bash docker/deps.sh peers
	@$(MAKE) --no-print-directory bench-programs
	@BUILD=$(BUILD) python3 bench/drills.py $(if $(BENCH_SAVE),--save)

bench-deps:
	@bash docker/deps.sh bench

install: install-program install-library

install-program: $(BUILD)/headgate
	install -D -m 755 $(BUILD)/headgate $(DESTDIR)$(PREFIX)/bin/headgate
	install -d $(DESTDIR)$(PREFIX)/share/headgate
	cp -r contracts/examples $(DESTDIR)$(PREFIX)/share/headgate/

install-library: library
	install -D -m 644 contracts/headgate.h $(DESTDIR)$(PREFIX)/include/headgate.h
	install -D -m 644 $(BUILD)/lib/libheadgate.a $(DESTDIR)$(PREFIX)/lib/libheadgate.a
	install -m 644 $(LIBRARY_SO) $(DESTDIR)$(PREFIX)/lib/
	ln -sf $(notdir $(LIBRARY_SO)) $(DESTDIR)$(PREFIX)/lib/libheadgate.so
	install -d $(DESTDIR)$(PREFIX)/lib/pkgconfig
	sed -e 's,@PREFIX@,$(PREFIX),' -e 's,@VERSION@,$(VERSION),' contracts/headgate.pc.in >$(DESTDIR)$(PREFIX)/lib/pkgconfig/headgate.pc

uninstall:
	rm -rf $(DESTDIR)$(PREFIX)/bin/headgate $(DESTDIR)$(PREFIX)/share/headgate $(DESTDIR)$(PREFIX)/include/headgate.h \
	    $(DESTDIR)$(PREFIX)/lib/libheadgate.* $(DESTDIR)$(PREFIX)/lib/pkgconfig/headgate.pc

help:
	@echo 'make            build build/headgate and build/headgate-bench'
	@echo 'make library    build libheadgate, shared and static, in build/lib/; docs/library.md'
	@echo 'make run        install what is missing, build, serve the example contracts on an embedded Kafka'
	@echo 'make test       unit tests and integration tests against a real Kafka, with all their set-up'
	@echo 'make asan|tsan  the tests under sanitizers'
	@echo 'make lint       include directions, format, static analysis, shell scripts'
	@echo 'make fuzz       every fuzzer for FUZZ_SECONDS=600 each'
	@echo 'make bench      the floors, headgate and a peer side by side; report in build/bench/ (bench-full: an hour, all peers);'
	@echo '                BENCH_QUICK=1, BENCH_ONLY=SCENARIO,..., BENCH_SAVE=NAME; scenarios: python3 bench/run.py --list'
	@echo 'make drills     bad input and faults, headgate beside its peers      make flame  where the time goes (needs perf)'
	@echo 'make deps       install the packages that building needs      make install  PREFIX=/usr/local'

clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
