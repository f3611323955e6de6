"""What bash runs to complete a word: click's own script forgets names where files may follow, and
takes the parts of a word around `=`, `:` and `@` for words.
"""

from __future__ import annotations

import os

from click.shell_completion import BashComplete, split_arg_string

_SOURCE = """\
%(complete_func)s() {
    local line=${COMP_LINE:0:COMP_POINT} files= kept= type value
    [[ ${line##*[[:space:]]} == *"$2" ]] && kept=${line##*[[:space:]]} && kept=${kept%%"$2"}

    COMPREPLY=()
    while IFS=, read -r type value; do
        case $type in
            plain) COMPREPLY+=("${value#"$kept"}") ;;
            file) files=1 ;;
        esac
    done < <(env COMP_WORDS="$line" %(complete_var)s=bash_complete "$1")

    if [[ $files && ${#COMPREPLY[@]} == 0 ]]; then
        compopt -o default
    elif [[ $files && ! $kept ]]; then
        compopt -o filenames
        while IFS= read -r value; do
            COMPREPLY+=("$value")
        done < <(compgen -f -- "$2")
    elif [[ ${COMPREPLY[*]} == *= ]]; then
        compopt -o nospace
    fi
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""


class Bash(BashComplete):
    """Bash, which hands on the line before the cursor, and takes names and files."""

    source_template = _SOURCE

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words of the line after the first, and the one that is begun."""
        line = os.environ["COMP_WORDS"]
        words = split_arg_string(line)[1:]
        if not words or line[-1:].isspace():
            return words, ""
        return words[:-1], words[-1]
