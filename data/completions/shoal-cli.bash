# SPDX-FileCopyrightText: 2026 The Shoal authors
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
#
# Completion of shoal-cli for bash. The options are those of the help texts; a test compares them.

_shoal_cli_options () {
  case $1 in
    get | seed)
      echo '--dir= --port= --bind= --peer= --tracker= --no-trackers --select= --sequential --seed --seed=
        --partial --down= --up= --max-peers= --slots= --encryption= --no-dht --no-pex --no-lsd --no-utp --no-tcp
        --no-port-mapping --dht-node= --allow-local --state= --recheck --timeout= --json --quiet --help' ;;
    create)
      echo '--output= --tracker= --web-seed= --piece-size= --private --source= --comment= --no-date
        --version= --json --quiet --help' ;;
    show)
      echo '--allow-local --json --quiet --help' ;;
    verify)
      echo '--json --quiet --help' ;;
    tracker)
      echo '--port= --udp-port= --bind= --interval= --json --quiet --help' ;;
    *)
      echo '--help --version' ;;
  esac
}

# What may stand after option $2 of verb $1; fails if it takes no value that can be completed.
_shoal_cli_value () {
  case $2 in
    --dir | -d | --state)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
    --output | -o)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    --encryption)
      mapfile -t COMPREPLY < <(compgen -W 'off allow prefer require' -- "$cur") ;;
    --version)
      [[ $1 == create ]] || return 1
      mapfile -t COMPREPLY < <(compgen -W '1 2 hybrid' -- "$cur") ;;
    --port | -p | --udp-port | --bind | --peer | --tracker | -t | --select | --down | --up | --max-peers | --slots | \
      --dht-node | --timeout | --web-seed | --piece-size | --source | --comment | --interval)
      COMPREPLY=() ;;
    *)
      return 1 ;;
  esac
}

_shoal_cli () {
  local cur prev words cword split verb
  _init_completion -s || return
  if (( cword == 1 )); then
    mapfile -t COMPREPLY < <(compgen -W "get seed create show verify tracker $(_shoal_cli_options)" -- "$cur")
    return
  fi
  verb=${words[1]}
  _shoal_cli_value "$verb" "$prev" && return
  [[ $split == true ]] && return
  if [[ $cur == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_shoal_cli_options "$verb")" -- "$cur")
    [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace
    return
  fi
  case $verb in
    create) _filedir ;;
    seed | verify)
      if [[ $prev == *.torrent ]]; then _filedir; else _filedir torrent; fi ;;
    *) _filedir torrent ;;
  esac
}

complete -F _shoal_cli shoal-cli
