#!/usr/bin/env bash
# Creates or updates a stack: builds packages, shows a change set before executing it, and prints the stack's outputs.
set -euo pipefail
folder=$(cd "$(dirname "$0")" && pwd)
program=deploy.sh

usage() {
  cat <<'USAGE'
Usage: deploy/deploy.sh --stack-name NAME --s3-bucket NAME [options]
  --stack-name NAME          name of the stack, such as orders-prod; its resources are named after it
  --s3-bucket NAME           bucket to upload the packages to, in the stack's region
  --region REGION            region of the stack (default: the AWS CLI's)
  --parameter NAME=VALUE     parameter of the template, such as LogRetentionInDays=90; may be repeated
  --parameters FILE          file of parameters, one NAME=VALUE per line, such as deploy/dev.parameters
  --yes                      execute without asking; refused if a resource that holds data would be replaced or removed
Options of package.sh: --architecture, --compilation, --output, --s3-prefix, --s3-bucket-owner, --no-build.
Parameters that are not given keep the stack's values; in a new stack they get the template's defaults, and TablePrefix
gets the stack's name.
USAGE
}

# shellcheck source=deploy/stack.sh
source "$folder/stack.sh"

stack='' bucket='' yes=no region=() packaging=()
declare -A given=()

give() {
  [[ $1 == ?*=* ]] || misused "$2: $1 must be NAME=VALUE."
  given[${1%%=*}]=${1#*=}
}

while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) usage; exit 0 ;;
    --yes) yes=yes; shift; continue ;;
    --no-build) packaging+=("$1"); shift; continue ;;
    --stack-name | --s3-bucket | --region | --parameter | --parameters | --architecture | --compilation | --output | --s3-prefix | --s3-bucket-owner)
      [ -n "${2:-}" ] || misused "$1 needs a value." ;;
    *) misused "unknown option $1." ;;
  esac
  case $1 in
    --stack-name) stack=$2 ;;
    --s3-bucket) bucket=$2 ;;
    --region) region=(--region "$2") ;;
    --parameter) give "$2" --parameter ;;
    --parameters)
      [ -f "$2" ] || misused "--parameters: the file $2 does not exist."
      while IFS= read -r line || [ -n "$line" ]; do
        [[ $line =~ ^[[:space:]]*(#|$) ]] || give "$line" --parameters
      done <"$2" ;;
    *) packaging+=("$1" "$2") ;;
  esac
  shift 2
done
[[ $stack =~ ^[a-zA-Z][a-zA-Z0-9-]{0,40}$ ]] || misused "--stack-name must be a letter, then up to 40 letters, digits and hyphens; functions and queues are named after it."
[ -n "$bucket" ] || misused "--s3-bucket is missing; to create one: aws s3 mb s3://NAME"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
identify
status=$(stack_status)
case $status in
  NONE | REVIEW_IN_PROGRESS) kind=CREATE ;;
  ROLLBACK_COMPLETE | ROLLBACK_FAILED | CREATE_FAILED) fail "$stack is $status: its creation failed. Delete the rest of it first: deploy/destroy.sh --stack-name $stack" ;;
  UPDATE_ROLLBACK_FAILED) fail "$stack is $status. Run aws cloudformation continue-update-rollback --stack-name $stack, then deploy again." ;;
  DELETE_FAILED) fail "$stack is $status. Finish the deletion first: deploy/destroy.sh --stack-name $stack" ;;
  *_IN_PROGRESS) fail "$stack is $status: another operation is changing it. Deploy again when it has ended." ;;
  *) kind=UPDATE ;;
esac

"$folder/package.sh" "${region[@]}" --s3-bucket "$bucket" "${packaging[@]}" | tee "$work/packaged"
url=$(sed -nE 's/^packaged template: .* (https:[^ ]+)$/\1/p' "$work/packaged")

known=$(cli cloudformation get-template-summary --template-url "$url" --query 'Parameters[].ParameterKey' | tr '\t' '\n')
for name in "${!given[@]}"; do
  grep -qxF -- "$name" <<<"$known" || fail "the template has no parameter $name; it has $(sort <<<"$known" | paste -sd ' ')."
done
kept=''
if [ $kind = UPDATE ]; then
  kept=$(stack_parameters | cut -f1)
elif [ -z "${given[TablePrefix]+given}" ]; then
  given[TablePrefix]=$stack-
fi

{
  separator='['
  for name in $known; do
    if [ -n "${given[$name]+given}" ]; then
      value=${given[$name]//\\/\\\\}
      printf '%s{"ParameterKey":"%s","ParameterValue":"%s"}' "$separator" "$name" "${value//\"/\\\"}"
    elif grep -qxF -- "$name" <<<"$kept"; then
      printf '%s{"ParameterKey":"%s","UsePreviousValue":true}' "$separator" "$name"
    else
      continue
    fi
    separator=,
  done
  [ "$separator" = , ] || printf '['
  printf ']'
} >"$work/parameters.json"

change_set=deploy-$(date -u +%Y%m%d-%H%M%S)
stacks create-change-set --change-set-name "$change_set" --change-set-type $kind --template-url "$url" --parameters "file://$work/parameters.json" \
  --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND --description "$(git -C "$folder" describe --always --dirty 2>/dev/null || echo 'no commit')" >/dev/null

# A stack that was never created is deleted together with its only change set.
withdraw() {
  if [ "$status" = NONE ]; then
    stacks delete-stack
  else
    stacks delete-change-set --change-set-name "$change_set"
  fi
}

if ! stacks wait change-set-create-complete --change-set-name "$change_set" 2>"$work/error"; then
  reason=$(stacks describe-change-set --change-set-name "$change_set" --query StatusReason || cat "$work/error")
  withdraw
  case $reason in
    *"didn't contain changes"* | *"No updates are to be performed"*) echo "$stack already matches the template: nothing to change." ;;
    *) fail "the change set can't be created: $reason" ;;
  esac
else
  echo
  echo "Changes of $stack:"
  stacks describe-change-set --change-set-name "$change_set" \
    --query "Changes[].ResourceChange.[Action, Replacement || '-', LogicalResourceId, ResourceType, join(', ', Scope || \`[]\`)]" >"$work/changes"
  awk -F '\t' '
    { action = $1 == "Modify" ? ($2 == "True" ? "REPLACE" : $2 == "Conditional" ? "MODIFY, MAY REPLACE" : "modify") : $1 == "Remove" ? "REMOVE" : tolower($1)
      printf "  %-20s %-34s %-34s %s\n", action, $3, $4, $5 }' "$work/changes"
  awk -F '\t' '
    $4 ~ /DynamoDB::Table|KMS::Key|SQS::Queue$/ && ($1 == "Remove" || $2 == "True" || $2 == "Conditional") { printf "  %s holds data: with DataDeletionPolicy=Retain it is kept, and an empty one replaces it; with Delete its data is lost.\n", $3 }' "$work/changes" | tee "$work/holding"
  echo
  if [ "$yes" = yes ] && [ -s "$work/holding" ]; then
    withdraw
    fail "nothing was changed: --yes never replaces or removes resources that hold data. Run without --yes."
  fi
  if ! confirmed "Execute it? [y/N]" '[yY]*'; then
    withdraw
    fail "nothing was changed. (--yes executes without asking.)"
  fi

  # Resources kept after a failed creation would block the next attempt. Older versions of the AWS CLI lack this option.
  leave=()
  aws cloudformation execute-change-set --retain-except-on-create --generate-cli-skeleton >/dev/null 2>&1 && leave=(--retain-except-on-create)
  since=$(date -u +%Y-%m-%dT%H:%M:%S)
  stacks execute-change-set --change-set-name "$change_set" "${leave[@]}"
  echo "Executing; this takes a few minutes ..."
  if ! stacks wait "stack-${kind,,}-complete" 2>"$work/error"; then
    say_failures "$since"
    status=$(stack_status)
    case $status in
      ROLLBACK_*)
        stack_resources >"$work/left"
        if [ -s "$work/left" ]; then
          echo "These resources still exist and are empty; delete them before the next attempt:" >&2
          awk -F '\t' '{ printf "  %-34s %-34s %s\n", $1, $3, $2 }' "$work/left" >&2
        fi
        fail "$stack could not be created ($status). Fix the cause, run deploy/destroy.sh --stack-name $stack, and deploy again." ;;
      UPDATE_ROLLBACK_COMPLETE) fail "$stack could not be updated and was rolled back ($status)." ;;
      *) fail "$stack is $status: $(<"$work/error")" ;;
    esac
  fi
fi

echo
echo "$stack:"
stacks describe-stacks --query 'Stacks[0].Outputs[].[OutputKey, OutputValue]' | sort | awk -F '\t' '{ printf "  %-32s %s\n", $1, $2 }'
