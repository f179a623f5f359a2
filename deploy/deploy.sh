#!/usr/bin/env bash
# Creates or updates a stack: builds the packages, shows a change set before executing it, and prints the stack's outputs.
set -euo pipefail
folder=$(cd "$(dirname "$0")" && pwd)
program=deploy.sh

usage() {
  cat <<'USAGE'
Usage: deploy/deploy.sh --stack-name NAME --s3-bucket NAME [options]
  --stack-name NAME          name of the stack, such as orders-prod; its resources are named after it
  --s3-bucket NAME           bucket for the packages, in the stack's region
  --region REGION            region of the stack (default: the AWS CLI's)
  --parameter NAME=VALUE     parameter of the template, such as LogRetentionInDays=90; may be repeated
  --parameters FILE          file of parameters, one NAME=VALUE per line, such as deploy/dev.parameters
  --monitor MINUTES          watch five alarms of the stack during an update and for this time after it (0 to 45), and roll the
                             update back if one of them goes off
  --canary PERCENT           at first, send only this part of the traffic (1 to 99) to the new release; send the rest if no alarm
                             goes off within the time of --monitor (with --canary, 10 minutes by default)
  --yes                      execute without asking; refused if a resource that holds data would be replaced or removed
Options of package.sh: --architecture, --compilation, --output, --s3-prefix, --s3-bucket-owner, --no-build.
In an update, parameters that you do not give keep their values. In a new stack, they get the template's defaults, and
TablePrefix gets the stack's name. If the tables are protected against deletion (TableDeletionProtection), the stack is
protected too.
USAGE
}

# shellcheck source=deploy/stack.sh
source "$folder/stack.sh"

stack='' bucket='' yes=no monitor='' canary='' region=() packaging=()
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
    --stack-name | --s3-bucket | --region | --parameter | --parameters | --monitor | --canary | --architecture | --compilation | --output | --s3-prefix | --s3-bucket-owner)
      [ -n "${2:-}" ] || misused "$1 needs a value." ;;
    *) misused "unknown option $1." ;;
  esac
  case $1 in
    --stack-name) stack=$2 ;;
    --s3-bucket) bucket=$2 ;;
    --region) region=(--region "$2") ;;
    --monitor) monitor=$2 ;;
    --canary) canary=$2 ;;
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
[[ -z $monitor || ($monitor =~ ^[0-9]{1,2}$ && $monitor -le 45) ]] || misused "--monitor is $monitor; it must be 0 to 45 minutes."
[[ -z $canary || $canary =~ ^[1-9][0-9]?$ ]] || misused "--canary is $canary; it must be 1 to 99 percent."
[ -n "$bucket" ] || misused "--s3-bucket is missing; to create one: aws s3 mb s3://NAME"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
identify
status=$(stack_status)
case $status in
  NONE | REVIEW_IN_PROGRESS) kind=CREATE ;;
  ROLLBACK_COMPLETE | ROLLBACK_FAILED | CREATE_FAILED) fail "$stack is $status: its creation failed. Delete what is left of the stack first: deploy/destroy.sh --stack-name $stack" ;;
  UPDATE_ROLLBACK_FAILED) fail "$stack is $status. Run aws cloudformation continue-update-rollback --stack-name $stack, then deploy again." ;;
  DELETE_FAILED) fail "$stack is $status. Finish the deletion first: deploy/destroy.sh --stack-name $stack" ;;
  *_IN_PROGRESS) fail "$stack is $status: another operation is changing it. Deploy again when it has ended." ;;
  *) kind=UPDATE ;;
esac

if [ -n "$canary" ] && [ $kind = CREATE ]; then
  echo "--canary is ignored, because $stack is new and has no previous release."
  canary=''
fi
[ -z "$canary" ] || monitor=${monitor:-10}

# Without this, CloudFormation would keep the rollback triggers of the previous update. It allows at most five triggers.
rollback='{"RollbackTriggers":[]}'
if [ -n "$monitor" ] && [ $kind = CREATE ]; then
  echo "--monitor is ignored, because $stack is new and has no alarms yet."
elif [ -n "$monitor" ]; then
  alarms=$(stack_resources | awk -F '\t' '$1 ~ /^(ApiErrors|ApiServerErrors|ProcessorErrors|DeadLetters|ExecutionsFailed)Alarm$/ { print $2 }')
  [ -n "$alarms" ] || fail "$stack has no alarms that --monitor could watch. Update it without --monitor."
  # An alarm that is already on would roll the update back at once.
  # shellcheck disable=SC2086
  ringing=$(cli cloudwatch describe-alarms --state-value ALARM --alarm-names $alarms --query 'MetricAlarms[].AlarmName')
  [ -z "$ringing" ] || [ "$ringing" = None ] || fail "these alarms are on already, so they can't tell whether the update is good: ${ringing//$'\t'/ }. Fix their cause, or update without --monitor."
  rollback=$(awk -v minutes="$monitor" -v prefix="arn:$(cut -d: -f2 <<<"$arn"):cloudwatch:${region[1]}:$account:alarm:" '
    { triggers = triggers (NR > 1 ? "," : "") "{\"Arn\":\"" prefix $0 "\",\"Type\":\"AWS::CloudWatch::Alarm\"}" }
    END { printf "{\"RollbackTriggers\":[%s],\"MonitoringTimeInMinutes\":%d}", triggers, minutes }' <<<"$alarms")
fi

"$folder/package.sh" "${region[@]}" --s3-bucket "$bucket" "${packaging[@]}" | tee "$work/packaged"
url=$(sed -nE 's/^packaged template: .* (https:[^ ]+)$/\1/p' "$work/packaged")

cli cloudformation get-template-summary --template-url "$url" --query 'Parameters[].[ParameterKey, DefaultValue]' >"$work/known"
known=$(cut -f1 "$work/known")
for name in "${!given[@]}"; do
  grep -qxF -- "$name" <<<"$known" || fail "the template has no parameter $name; it has $(sort <<<"$known" | paste -sd ' ')."
done
: >"$work/current"
if [ $kind = UPDATE ]; then
  stack_parameters >"$work/current"
elif [ -z "${given[TablePrefix]+given}" ]; then
  given[TablePrefix]=$stack-
fi
current() { awk -F '\t' -v name="$1" '$1 == name { print $2 }' "$work/current"; }

# A new release name publishes a new version of every function. So the name is a hash of the template (which names the
# packages) and the parameters: it changes only if one of them does.
if grep -qxF Release <<<"$known"; then
  release=$({
    echo "${url##*/}"
    for name in $known; do
      [[ $name =~ ^(Release|StableVersions|StableWeight)$ ]] && continue
      echo "$name=${given[$name]-$(awk -F '\t' -v name="$name" '$1 == name { value = $2 } END { print value }' "$work/known" "$work/current")}"
    done
  } | sha256sum | cut -c1-12)
  given[Release]=${given[Release]-$release}
  given[StableWeight]=0
  if [ "$(current Release)" = "${given[Release]}" ]; then
    canary=''
  elif [ -n "$canary" ]; then
    [[ $(current StableWeight) =~ ^(0(\.0+)?)?$ ]] || fail "a canary of $stack did not end: part of the traffic still goes to the previous release. Deploy without --canary to send all traffic to the new release."
    stack_resources | awk -F '\t' '$3 == "AWS::Lambda::Alias"' | LC_ALL=C sort >"$work/aliases"
    [ -s "$work/aliases" ] || fail "$stack has no aliases to shift traffic with: deploy it once without --canary."
    versions=''
    while IFS=$'\t' read -r _ alias _; do
      versions=$versions${versions:+,}$(cli lambda get-alias --function-name "${alias%:*}" --name "${alias##*:}" --query FunctionVersion)
    done <"$work/aliases"
    given[StableVersions]=$versions
    given[StableWeight]=0.$(printf %02d $((100 - canary)))
  fi
fi

# A stack that was never created is deleted together with its only change set.
withdraw() {
  if [ "$status" = NONE ]; then
    stacks delete-stack
  else
    stacks delete-change-set --change-set-name "$change_set"
  fi
}

# Creates a change set with the given parameters, shows it, and executes it after confirmation.
change() {
  local name value separator='[' reason leave since
  for name in $known; do
    if [ -n "${given[$name]+given}" ]; then
      value=${given[$name]//\\/\\\\}
      printf '%s{"ParameterKey":"%s","ParameterValue":"%s"}' "$separator" "$name" "${value//\"/\\\"}"
    elif awk -F '\t' -v name="$name" '$1 == name { found = 1 } END { exit !found }' "$work/current"; then
      printf '%s{"ParameterKey":"%s","UsePreviousValue":true}' "$separator" "$name"
    else
      continue
    fi
    separator=,
  done >"$work/parameters.json"
  [ -s "$work/parameters.json" ] || printf '[' >"$work/parameters.json"
  printf ']' >>"$work/parameters.json"

  change_set=deploy-$(date -u +%Y%m%d-%H%M%S)
  stacks create-change-set --change-set-name "$change_set" --change-set-type $kind --template-url "$url" --parameters "file://$work/parameters.json" \
    --rollback-configuration "$rollback" \
    --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND --description "$(git -C "$folder" describe --always --dirty 2>/dev/null || echo 'no commit')" >/dev/null

  if ! stacks wait change-set-create-complete --change-set-name "$change_set" 2>"$work/error"; then
    reason=$(stacks describe-change-set --change-set-name "$change_set" --query StatusReason || cat "$work/error")
    withdraw
    case $reason in
      *"didn't contain changes"* | *"No updates are to be performed"*) echo "$stack already matches the template: nothing to change."; return ;;
      *) fail "the change set can't be created: $reason" ;;
    esac
  fi

  echo
  echo "Changes of $stack:"
  stacks describe-change-set --change-set-name "$change_set" \
    --query "Changes[].ResourceChange.[Action, Replacement || '-', LogicalResourceId, ResourceType, join(', ', Scope || \`[]\`)]" >"$work/changes"
  awk -F '\t' '
    { action = $1 == "Modify" ? ($2 == "True" ? "REPLACE" : $2 == "Conditional" ? "MODIFY, MAY REPLACE" : "modify") : $1 == "Remove" ? "REMOVE" : tolower($1)
      printf "  %-20s %-34s %-34s %s\n", action, $3, $4, $5 }' "$work/changes"
  awk -F '\t' '
    $4 ~ /DynamoDB::Table|KMS::Key|SQS::Queue$|BackupVault$/ && ($1 == "Remove" || $2 == "True" || $2 == "Conditional") { printf "  %s holds data that the stack could lose: with DataDeletionPolicy=Retain the resource is kept outside the stack, and with Delete its data is deleted.\n", $3 }' "$work/changes" | tee "$work/holding"
  echo
  if [ "$yes" = yes ] && [ -s "$work/holding" ]; then
    withdraw
    fail "nothing was changed: --yes never replaces or removes resources that hold data. Run this again without --yes to confirm the changes yourself."
  fi
  if ! confirmed "Execute it? [y/N]" '[yY]*'; then
    withdraw
    fail "nothing was changed, because you did not confirm. (--yes executes without asking.)"
  fi

  # If a creation fails, this option deletes the new resources despite their DeletionPolicy; they would block the next
  # attempt. Older versions of the AWS CLI do not have it.
  leave=()
  aws cloudformation execute-change-set --retain-except-on-create --generate-cli-skeleton >/dev/null 2>&1 && leave=(--retain-except-on-create)
  since=$(date -u +%Y-%m-%dT%H:%M:%S)
  stacks execute-change-set --change-set-name "$change_set" "${leave[@]}"
  echo "Executing; this takes a few minutes ..."
  stacks wait "stack-${kind,,}-complete" 2>"$work/error" && return
  say_failures "$since"
  status=$(stack_status)
  case $status in
    ROLLBACK_*)
      stack_resources >"$work/left"
      if [ -s "$work/left" ]; then
        echo "The rollback left these new, empty resources; delete them before the next attempt:" >&2
        awk -F '\t' '{ printf "  %-34s %-34s %s\n", $1, $3, $2 }' "$work/left" >&2
      fi
      fail "$stack could not be created ($status). Fix the cause, run deploy/destroy.sh --stack-name $stack, and deploy again." ;;
    UPDATE_ROLLBACK_COMPLETE) fail "$stack could not be updated and was rolled back ($status). Fix the cause shown above and deploy again." ;;
    *) fail "$stack is $status: $(<"$work/error")" ;;
  esac
}

[ -z "$canary" ] || echo "At first, $canary % of the traffic goes to release ${given[Release]}. If no alarm goes off for $monitor minutes, the rest follows without another question."
change
if [ -n "$canary" ]; then
  echo
  echo "No alarm went off: sending the rest of the traffic to the new release."
  stack_parameters >"$work/current"
  given=([StableWeight]=0)
  yes=yes
  change
fi

protection=$(stack_parameters | awk -F '\t' '$1 == "TableDeletionProtection" { print $2 }')
case $protection in
  true) stacks update-termination-protection --enable-termination-protection >/dev/null ;;
  false) stacks update-termination-protection --no-enable-termination-protection >/dev/null ;;
esac

echo
echo "$stack:"
stacks describe-stacks --query 'Stacks[0].Outputs[].[OutputKey, OutputValue]' | sort | awk -F '\t' '{ printf "  %-32s %s\n", $1, $2 }'
