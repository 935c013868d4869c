# Completion of loginctl, the JWT and key toolkit, for bash. It needs no other
# package. To have it in every shell, add to ~/.bashrc:
#
#     source <(loginctl completion bash)
#
# The function has a name of its own because systemd, which has a loginctl too,
# calls its completion _loginctl. What is typed is handed on as it is and never
# evaluated.
__loginctl_jwt() {
    local words=() n=0 i rest prefix value _
    COMPREPLY=()

    # Readline splits words at "=", ":" and "@" too. Those that have no blank
    # between them on the line are one word. The first may follow VARIABLE=value.
    words[0]=${COMP_WORDS[0]}
    rest=${COMP_LINE:0:COMP_POINT}
    rest=${rest#*"${COMP_WORDS[0]}"}
    for ((i = 1; i <= COMP_CWORD; i++)); do
        if [[ $rest == [[:space:]]* ]]; then
            rest=${rest#"${rest%%[![:space:]]*}"}
            words[++n]=
        fi
        value=${COMP_WORDS[i]}
        ((i < COMP_CWORD)) || value=$rest
        words[n]+=$value
        rest=${rest#"$value"}
    done
    # Of the word readline replaces only what follows the last such character.
    prefix=${words[n]%"${words[n]##*[${COMP_WORDBREAKS:- }]}"}

    # What TAB put there before has backslashes, and readline may set one before @.
    case ${words[n]} in @* | \\@*) words[n]=${words[n]//\\/} ;; esac

    compopt +o default 2>/dev/null
    while IFS=$'\t' read -r value _; do
        case $value in
        ":files @")
            # Readline takes the whole word for the name of a file, @ and all, and
            # so knows no folder in it and quotes nothing that begins with one.
            while IFS= read -r value; do
                [[ -d $value ]] && value+=/ && compopt -o nospace 2>/dev/null
                printf -v value '@%q' "$value"
                COMPREPLY+=("$value")
            done < <(compgen -f -- "${words[n]#@}")
            ;;
        :files*) compopt -o default 2>/dev/null ;; # readline's own: it quotes names and knows ~
        :nospace) compopt -o nospace 2>/dev/null ;;
        :*) ;;
        *) COMPREPLY+=("${value#"$prefix"}") ;;
        esac
    done < <("${words[0]/#\~\//$HOME/}" __complete "${words[@]:1}" 2>/dev/null)
}
complete -o default -F __loginctl_jwt loginctl
