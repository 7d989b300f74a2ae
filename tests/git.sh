# git.sh - archives of public-inbox in git, for the scripts in tests/flow; after mail.sh and import.sh
#
#	make_archive "$T/list" --mails 15 <"$sample"
#	mail ... | append "$T/list/git/2.git"

export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x@x.org \
	GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x@x.org

# make_archive FOLDER [OPTION]... - creates an archive of the mailbox on standard input, by tests/mbox-to-git
make_archive() {
	local folder=$1
	shift
	"$ROOT/tests/mbox-to-git" "$@" "$folder"
}

# commit REPOSITORY SUBJECT [PATH FILE]... - adds a commit whose tree has these files and no others; `-` is
# standard input
commit() {
	local repository=$1 subject=$2 tree parent= lines=
	shift 2
	while [ $# -gt 0 ]; do
		lines+="100644 blob $(git -C "$repository" hash-object -w --stdin <"${2/#-//dev/stdin}")"$'\t'"$1"$'\n'
		shift 2
	done
	tree=$(printf '%s' "$lines" | git -C "$repository" mktree)
	parent=$(git -C "$repository" rev-parse -q --verify HEAD) || parent=
	git -C "$repository" update-ref HEAD \
		"$(git -C "$repository" commit-tree -m "$subject" ${parent:+-p "$parent"} "$tree")"
}

# append REPOSITORY [FILE] - adds a commit with the mail of the file, or of standard input
append() {
	commit "$1" mail m "${2:--}"
}

# delete REPOSITORY FILE - adds a commit that deletes the mail of the file
delete() {
	commit "$1" rm d "$2"
}

# purge EPOCH SUBJECT - replaces the mail whose commit has that subject by an empty file, in a new history, as
# public-inbox-purge does
purge() {
	local old new= parent= commit subject object= tree
	old=$(git -C "$1" rev-list --reverse HEAD)
	for commit in $old; do
		subject=$(git -C "$1" log -1 --format=%s "$commit")
		tree=$(git -C "$1" rev-parse "$commit^{tree}")
		if [ "$subject" = "$2" ]; then
			object=$(git -C "$1" rev-parse "$commit:m")
			subject="purged $object"
			tree=$(printf '100644 blob %s\tm\n' "$(git -C "$1" hash-object -w --stdin </dev/null)" |
				git -C "$1" mktree)
		fi
		if [ -z "$new" ] && [ "$subject" != "purged $object" ]; then
			parent=$commit
		else
			new=$(git -C "$1" commit-tree -m "$subject" ${parent:+-p $parent} "$tree")
			parent=$new
		fi
	done
	git -C "$1" update-ref HEAD "$new"
}

head_of() {
	git -C "$1" rev-parse HEAD
}

# remove_object REPOSITORY NAME - removes a loose object, which put_back restores
remove_object() {
	removed=$1/objects/${2:0:2}/${2:2}
	mv "$removed" "$T/object"
}
put_back() {
	mv "$T/object" "$removed"
}

without_held() {
	sift -v '^held' "$1"
}
