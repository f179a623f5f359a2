# shellcheck shell=bash disable=SC2154
# What deploy.sh and destroy.sh share; sourced by them.

misused() { echo "$program: $*" >&2; usage >&2; exit 2; }
fail() { echo "$program: $*" >&2; exit 1; }

# The AWS CLI, with what was said of where to work.
cli() { aws "$@" "${region[@]}" --output text; }
stacks() { cli cloudformation "$@" --stack-name "$stack"; }

# Whom this is done as, and where; ends where that can't be told.
identify() {
  local identity error
  command -v aws >/dev/null || fail "the AWS CLI is missing: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"
  if [ ${#region[@]} -eq 0 ]; then
    local name=${AWS_REGION:-${AWS_DEFAULT_REGION:-$(aws configure get region || true)}}
    [ -n "$name" ] || fail "no region is known; give --region, set AWS_REGION, or: aws configure set region eu-central-1"
    region=(--region "$name")
  fi
  error=$(mktemp)
  if ! identity=$(cli sts get-caller-identity --query '[Account, Arn]' 2>"$error"); then
    local reason
    reason=$(<"$error")
    rm -f "$error"
    fail "AWS does not know you: ${reason#$'\n'} Sign in (aws configure, aws sso login), or set AWS_PROFILE."
  fi
  rm -f "$error"
  read -r account arn <<<"$identity"
  echo "account $account, region ${region[1]}, as $arn"
}

# The stack's status; NONE where there is no such stack.
stack_status() {
  local answer
  if answer=$(stacks describe-stacks --query 'Stacks[0].StackStatus' 2>&1); then
    echo "$answer"
  elif [[ $answer == *"does not exist"* ]]; then
    echo NONE
  else
    fail "the stack $stack can't be looked at: $answer"
  fi
}

# What the stack has: logical id, name and type, a line each.
stack_resources() { stacks list-stack-resources --query "StackResourceSummaries[?ResourceStatus != 'DELETE_COMPLETE'].[LogicalResourceId, PhysicalResourceId, ResourceType]"; }

# What the stack was last told: name and value, a line each.
stack_parameters() { stacks describe-stacks --query 'Stacks[0].Parameters[].[ParameterKey, ParameterValue]'; }

# What went wrong since a moment, the first of it first: what failed later failed because of it.
say_failures() {
  echo "What failed:" >&2
  stacks describe-stack-events \
    --query "reverse(StackEvents[?Timestamp >= '$1' && contains(ResourceStatus, 'FAILED')].[LogicalResourceId, ResourceStatus, ResourceStatusReason])" |
    awk -F '\t' '{ printf "  %-32s %-16s %s\n", $1, $2, $3 }' >&2 || true
}

# Asks; whatever does not match the pattern is a no.
confirmed() {
  local answer=''
  [ "$yes" = no ] || return 0
  printf '%s ' "$1"
  read -r answer || true
  echo
  # shellcheck disable=SC2053
  [[ $answer == $2 ]]
}
