# readme.sh - the recipes of README.md, for the scripts in tests/flow that run them
#
#	. "$(dirname "$0")/../readme.sh"
#	recipe procmail 's/ltp\.lists/ring.lists/' >"$T/procmailrc"
#
# A recipe is the indented block below a line `<!-- recipe: NAME -->`, which is not displayed. So readers copy
# the same text that is tested. tests/flow/readme.t checks that every recipe has a test.

# recipe NAME [SED-SCRIPT...] - prints the recipe without its indent, after sed has replaced the paths or host
# names that the test must change; a script that changes nothing is an error
recipe() {
	local name=$1 text changed script
	shift
	text=$(awk -v want="<!-- recipe: $name -->" '
		$0 == want { found = 1; next }
		found && /^    / { printf "%s%s\n", blank, substr($0, 5); begun = 1; blank = ""; next }
		found && /^$/ { if (begun) blank = blank "\n"; next }
		found { exit }' "$ROOT/README.md")
	if [ -z "$text" ]; then
		echo "README.md has no recipe $name" >&2
		return 1
	fi
	for script; do
		changed=$(sed -E "$script" <<<"$text")
		if [ "$changed" = "$text" ]; then
			echo "recipe $name has nothing for: $script" >&2
			return 1
		fi
		text=$changed
	done
	printf '%s\n' "$text"
}
