#!/usr/bin/env bash
# install.t - the files of `make install`, and those in the tarball of `make dist`
. "$(dirname "$0")/../lib.sh"
need make
export MAKEFLAGS=

# install VARIABLE=VALUE... - runs `make install`; its output is in $T/make
install() {
	make -C "$ROOT" --no-print-directory BUILD="$BUILD" install DESTDIR="$T/root" "$@" >"$T/make" 2>&1
}

# below DIR - prints the files below the directory
below() {
	(cd "$1" && find . ! -type d | sed 's,^\./,,' | LC_ALL=C sort)
}

pages() {
	local page
	for page in "$ROOT"/{daemon/commands,sql}/*.[1-8]; do
		echo "share/man/man${page##*.}/${page##*/}"
	done
}

for prefix in /usr/local /usr /opt/with-a-name; do
	rm -rf "$T/root"
	ok "install with PREFIX=$prefix" install PREFIX=$prefix
	is "$(below "$T/root")" "$(below "$T/root$prefix" | sed "s,^,${prefix#/}/,")" \
		"all files are below the prefix"
	is "$(sed -n 's/^ExecStart=//p' "$T/root$prefix"/lib/systemd/system/*.service | sort -u)" \
		"$prefix/bin/patchmda follow --once \$PATCHMDA_OPTIONS \$PATCHMDA_URL %S/patchmda/follow/%i/mirror
$prefix/bin/patchmda httpd \$PATCHMDA_HTTP_OPTIONS
$prefix/bin/patchmda lmtpd \$PATCHMDA_OPTIONS" "the units start the installed programs"
done
prefix=$T/root/opt/with-a-name
is "$(below "$prefix")" "$({
	printf '%s\n' bin/patchmda bin/patchmda-deliver lib/sysusers.d/patchmda.sysusers.conf \
		lib/systemd/system/patchmda{,-http}{,@}.{service,socket} \
		lib/systemd/system/patchmda-follow@.{service,timer} \
		share/bash-completion/completions/patchmda{,-deliver} \
		share/doc/patchmda/{LICENSE,NEWS.md,README.md,examples/patchmda-tcp.conf} \
		share/patchmda/grants.sql share/zsh/site-functions/_patchmda
	pages
} | LC_ALL=C sort)" "all files are installed, and no others"
is "$(find "$prefix" -type f ! -path '*/bin/*' ! -perm 644)" '' "all users can read the files"
is "$(find "$prefix"/bin -type f ! -perm 755)" '' "and run the programs"
is "$("$prefix/bin/patchmda" --version)" "$(patchmda --version)" "the program works from there"
ok "the completion can be loaded by both names" \
	bash -c '. "$0" && complete -p patchmda-deliver' "$prefix/share/bash-completion/completions/patchmda-deliver"
ok "install with another place for zsh" install PREFIX=/usr ZSH_DIR=share/zsh/vendor-completions
ok "zsh's completion is there" test -e "$T/root/usr/share/zsh/vendor-completions/_patchmda"

# A tarball can be made only in a git clone.
if ! git -C "$ROOT" rev-parse --git-dir >/dev/null 2>&1; then
	skip "not a git clone" 3
	done_testing
fi
ok "dist" make -C "$ROOT" --no-print-directory BUILD="$T/dist" dist
tarballs=("$T"/dist/patchmda-*.tar.gz)
is "${tarballs[*]##*/}" "patchmda-$(patchmda --version | sed 's/patchmda \(.*\),.*/\1/').tar.gz" \
	"makes one tarball, with the version in its name"
tar -xzf "${tarballs[0]}" -C "$T"
tree=$(echo "$T"/patchmda-*)
is "$(below "$tree")" "$(git -C "$ROOT" ls-tree -r --name-only HEAD | LC_ALL=C sort)" \
	"with every file of the last commit"
done_testing
