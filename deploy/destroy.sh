#!/usr/bin/env bash
# Deletes a stack, after it has said what goes and what stays.
set -euo pipefail
folder=$(cd "$(dirname "$0")" && pwd)
program=destroy.sh

usage() {
  cat <<'USAGE'
Usage: deploy/destroy.sh --stack-name NAME [options]
  --stack-name NAME          the stack
  --region REGION            (default: the AWS CLI's)
  --yes                      delete without asking
What holds data (tables, their key, dead letters) stays where the stack's DataDeletionPolicy is Retain, and goes where it
is Delete. Nothing here overrides that, nor the protection of tables: both are changed by deploy.sh --parameter.
USAGE
}

# shellcheck source=deploy/stack.sh
source "$folder/stack.sh"

stack='' yes=no region=()
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) usage; exit 0 ;;
    --yes) yes=yes; shift; continue ;;
    --stack-name | --region) [ -n "${2:-}" ] || misused "$1 needs a value." ;;
    *) misused "unknown option $1." ;;
  esac
  case $1 in
    --stack-name) stack=$2 ;;
    --region) region=(--region "$2") ;;
  esac
  shift 2
done
[ -n "$stack" ] || misused "--stack-name is missing."

identify
status=$(stack_status)
case $status in
  NONE) echo "There is no stack $stack in ${region[1]}: nothing to delete."; exit 0 ;;
  DELETE_IN_PROGRESS) fail "$stack is being deleted already." ;;
  REVIEW_IN_PROGRESS) echo "$stack is a change set that was never executed: there is nothing but it." ;;
  *_IN_PROGRESS) fail "$stack is $status: somebody changes it right now. Again when that has ended." ;;
esac

if [ "$(stacks describe-stacks --query 'Stacks[0].EnableTerminationProtection')" = True ]; then
  fail "$stack is protected against deletion: aws cloudformation update-termination-protection --no-enable-termination-protection --stack-name $stack"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
stack_resources >"$work/resources"
stack_parameters >"$work/parameters"
parameter() { awk -F '\t' -v name="$1" '$1 == name { print $2 }' "$work/parameters"; }
# The resources that hold data (1), or the others (0).
list() {
  awk -F '\t' -v data="$1" '($3 ~ /^AWS::(DynamoDB::Table|KMS::Key|SQS::Queue)$/) == data { printf "  %-34s %-34s %s\n", $1, $3, $2 }' "$work/resources" | sort -k2
}

policy=$(parameter DataDeletionPolicy)
[ -n "$policy" ] || [ ! -s "$work/resources" ] || fail "$stack is no stack of this template: it has no parameter DataDeletionPolicy, so what would stay of it can't be told."
retained=''
[ "$policy" = Delete ] || retained=$(list 1)

if [ -z "$retained" ]; then
  # Asked of each table: what a parameter says may not be what is.
  while IFS=$'\t' read -r logical table type; do
    [ "$type" = AWS::DynamoDB::Table ] || continue
    protection=$(cli dynamodb describe-table --table-name "$table" --query Table.DeletionProtectionEnabled 2>/dev/null || true)
    [ "$protection" != True ] || fail "DynamoDB refuses to delete $table ($logical), so the stack can't go either. If its data may be lost for good: deploy/deploy.sh with --parameter TableDeletionProtection=false, or aws dynamodb update-table --table-name $table --no-deletion-protection-enabled; then again."
  done <"$work/resources"
fi

echo
echo "Deleted with $stack:"
list 0
if [ -n "$retained" ]; then
  echo "Kept, and paid for, until you delete it yourself (DataDeletionPolicy is $policy):"
  echo "$retained"
elif [ -s "$work/resources" ]; then
  list 1
  echo "Nothing is kept (DataDeletionPolicy is $policy). The key could be rescued for 30 days (aws kms cancel-key-deletion), the data not."
fi

while IFS=$'\t' read -r logical queue type; do
  [ "$type" = AWS::SQS::Queue ] || continue
  waiting=$(cli sqs get-queue-attributes --queue-url "$queue" --attribute-names ApproximateNumberOfMessages --query Attributes.ApproximateNumberOfMessages 2>/dev/null || echo 0)
  [ "$waiting" = 0 ] || [ "$waiting" = None ] || echo "$logical holds $waiting dead letters."
done <"$work/resources"
echo

confirmed "The stack's name, to delete it:" "$stack" || fail "nothing was deleted. (--yes deletes without asking.)"

since=$(date -u +%Y-%m-%dT%H:%M:%S)
stacks delete-stack
echo "Deleting; this takes some minutes ..."
if ! stacks wait stack-delete-complete 2>"$work/error"; then
  say_failures "$since"
  fail "$stack could not be deleted whole ($(stack_status)). Mend the cause, and again."
fi

echo "$stack is deleted.${retained:+ What was kept is still there; a stack of this name can only be created again when it imports it, or when it is gone.}"
