# Completion of loginctl, the JWT and key toolkit, for fish:
#
#     loginctl completion fish > ~/.config/fish/completions/loginctl.fish
#
# A file of that name is read in place of the one for systemd's loginctl. What is
# typed is handed on as it is and never evaluated.
function __loginctl_jwt_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
    set -l lines ($program __complete $words[2..-1] "$current" 2>/dev/null)
    or return
    switch "$lines[-1]"
        case ':files*'
            # What stands before the name, such as --key= or @.
            set -l prefix (string replace -r '^:files ?' '' -- $lines[-1])
            set -l start (math 1 + (string length -- "$prefix"))
            for path in (__fish_complete_path (string sub -s $start -- "$current") file)
                echo -- "$prefix$path"
            end
        case '*'
            for line in $lines[1..-2]
                echo -- $line
            end
    end
end

# Asking once has fish read what it may have for a loginctl, so that it can be put
# aside: read later, as on the first TAB, it would be added to this.
complete -C "loginctl " >/dev/null 2>&1
complete -c loginctl -e
complete -c loginctl -f -a '(__loginctl_jwt_complete)'
