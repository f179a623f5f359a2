#!/usr/bin/env bash
# Builds and checks the packages that deploy/template.yaml names, and writes a template that refers to them.
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)

usage() {
  cat <<'USAGE'
Usage: deploy/package.sh [options]
  --architecture x86_64|arm64                processor of the functions (default: this machine's)
  --compilation native-aot|ready-to-run|jit  compilation of every package (default: the template's); native-aot starts
                                             fastest and needs Clang or GCC; jit is for comparison
  --output DIR                               folder for packages and template (default: artifacts)
  --no-build                                 use the packages that already exist in the output folder
  --s3-bucket NAME                           upload the packages to this bucket, and write packaged.json, which refers to the
                                             uploaded packages
  --s3-prefix PREFIX                         prefix of the uploads' keys (default: order-system)
  --s3-bucket-owner ACCOUNT                  required owner of the bucket (default: your account)
  --region REGION                            region of the bucket (default: the AWS CLI's)
Writes api.zip, processor.zip, workflow.zip and template.yaml to the output folder. Builds are reproducible.
USAGE
}

misused() { echo "package.sh: $*" >&2; usage >&2; exit 2; }
fail() { echo "package.sh: $*" >&2; exit 1; }

architecture=$(uname -m)
compilation='' build=yes output=$repository/artifacts bucket='' owner='' prefix=order-system region=()
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) usage; exit 0 ;;
    --no-build) build=no; shift; continue ;;
    --architecture | --compilation | --output | --s3-bucket | --s3-prefix | --s3-bucket-owner | --region)
      [ -n "${2:-}" ] || misused "$1 needs a value." ;;
    *) misused "unknown option $1." ;;
  esac
  case $1 in
    --architecture) architecture=$2 ;;
    --compilation) compilation=$2 ;;
    --output) output=$2 ;;
    --s3-bucket) bucket=$2 ;;
    --s3-prefix) prefix=$2 ;;
    --s3-bucket-owner) owner=$2 ;;
    --region) region=(--region "$2") ;;
  esac
  shift 2
done

case $architecture in
  x86_64 | amd64) architecture=x86_64 runtime=linux-x64 ;;
  arm64 | aarch64) architecture=arm64 runtime=linux-arm64 ;;
  *) misused "--architecture is $architecture; it must be x86_64 or arm64." ;;
esac
[[ $compilation =~ ^(native-aot|ready-to-run|jit)?$ ]] || misused "--compilation is $compilation; it must be native-aot, ready-to-run or jit."

# Prints the compilation of a package: the value of --compilation, or else the value in the template.
compilation_of() {
  local said
  said=${compilation:-$(awk -v code="/$1.zip" '
    $1 == "Metadata:" { compilation = $4 }
    $1 == "Code:" && substr($2, length($2) - length(code) + 1) == code { print compilation }' "$repository/deploy/template.yaml" | sort -u)}
  [[ $said =~ ^(native-aot|ready-to-run|jit)$ ]] || fail "deploy/template.yaml must have one Compilation (native-aot, ready-to-run or jit) for all functions of $1.zip; it has '${said//$'\n'/, }'."
  echo "$said"
}

if [ -n "$bucket" ]; then
  command -v aws >/dev/null || fail "the AWS CLI is missing: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"
  # If another account owned the bucket, it would get the code and could replace it before it is deployed.
  [ -n "$owner" ] || read -r owner _ <<<"$(aws sts get-caller-identity "${region[@]}" --query '[Account, Arn]' --output text)"
  [[ $owner =~ ^[0-9]{12}$ ]] || fail "you are not signed in to AWS, so the owner of the bucket $bucket can't be checked. Sign in, or give --s3-bucket-owner ACCOUNT."
  bucket_region=$(aws s3api head-bucket "${region[@]}" --bucket "$bucket" --expected-bucket-owner "$owner" --query BucketRegion --output text) ||
    fail "the bucket $bucket can't be used: it does not exist, you have no access to it, or it does not belong to account $owner. Use another bucket, or create it: aws s3 mb s3://$bucket"
  # Lambda accepts code only from its own region. Older versions of the AWS CLI don't return a bucket's region.
  [ ${#region[@]} -eq 0 ] || [ "$bucket_region" = None ] || [ "$bucket_region" = "${region[1]}" ] ||
    fail "the bucket $bucket is in $bucket_region; packages for ${region[1]} need a bucket in that region: aws s3 mb s3://NAME --region ${region[1]}"
fi

# Checks that a package's program runs on provided.al2023, which has glibc 2.34 and only these libraries.
newest_glibc=2.34
libraries='ld-linux.*|lib(c|dl|gcc_s|m|pthread|rt|stdc\+\+|z)\.so\.[0-9]+'
check() {
  local bootstrap=$1 needed missing
  needed=$(readelf -W --version-info "$bootstrap" | grep -oE 'GLIBC_[0-9.]+' | cut -d_ -f2 | sort -Vu | tail -1)
  [ "$(printf '%s\n' "$needed" "$newest_glibc" | sort -V | tail -1)" = "$newest_glibc" ] ||
    fail "$bootstrap needs glibc $needed; provided.al2023 has $newest_glibc. Build it on Amazon Linux 2023, Debian 12 or Ubuntu 22.04, for example in a container."
  missing=$(readelf -W --dynamic "$bootstrap" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -vxE "$libraries" || true)
  [ -z "$missing" ] || fail "$bootstrap needs $missing, which provided.al2023 does not have. Link it statically."
}

build_all() {
  [ "$(uname -s)" = Linux ] || fail "packages for Lambda must be built on Linux. Run this in a container or under WSL."
  command -v dotnet >/dev/null || fail "the .NET SDK is missing: https://dotnet.microsoft.com/download"
  command -v readelf >/dev/null || fail "readelf is missing; Debian and Ubuntu: apt-get install binutils"
  local -A how=() projects=([api]=Api [processor]=Processor [workflow]=WorkflowFunctions)
  for name in "${!projects[@]}"; do
    how[$name]=$(compilation_of "$name")
  done
  if [[ " ${how[*]} " == *" native-aot "* ]]; then
    case "$(uname -m)/$architecture" in
      x86_64/arm64) command -v aarch64-linux-gnu-gcc >/dev/null || fail "building for arm64 on this machine needs GCC's cross compiler; Debian and Ubuntu: apt-get install gcc-aarch64-linux-gnu" ;;
      aarch64/x86_64) fail "x86_64 packages can only be built on an x86_64 machine. Use --architecture arm64." ;;
      *) command -v clang >/dev/null || command -v gcc >/dev/null || fail "a linker is missing; Debian and Ubuntu: apt-get install clang zlib1g-dev" ;;
    esac
  fi

  local work
  work=$(mktemp -d "$output/build.XXXXXX")
  # shellcheck disable=SC2064
  trap "rm -rf '$work'" EXIT
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

  for name in api processor workflow; do
    rm -rf "${output:?}/$name" "$output/$name.zip"
    case ${how[$name]} in
      native-aot) package=NativeAot ;;
      ready-to-run) package=ReadyToRun ;;
      jit) package=Jit ;;
    esac
    echo "$name: ${how[$name]} for $architecture ..."
    dotnet publish "$repository/OrderSystem.${projects[$name]}" --configuration Release --runtime $runtime --artifacts-path "$work" \
      -p:LambdaPackage="$package" -p:LambdaPackageDirectory="$output" -p:RunAnalyzers=false --verbosity quiet --nologo
    check "$output/$name/bootstrap"
    echo "$name: $(stat -c %s "$output/$name.zip") bytes packed, $(stat -c %s "$output/$name/bootstrap") unpacked, sha256 $(sha256sum "$output/$name.zip" | cut -c1-16)"
  done
}

mkdir -p "$output"
output=$(cd "$output" && pwd)
[ $build = no ] || build_all

sed -e 's#\.\./artifacts/##' -e "s/Architectures: \[.*\]/Architectures: [$architecture]/" ${compilation:+-e "s/{ Compilation: .* }/{ Compilation: $compilation }/"} "$repository/deploy/template.yaml" >"$output/template.yaml"
cp "$repository"/deploy/*.asl.json "$output"
sed -nE 's/.*Code: +([a-z]+\.zip)$/\1/p' "$output/template.yaml" | sort -u | while read -r zip; do
  [ -f "$output/$zip" ] || fail "$output/$zip does not exist. Run this without --no-build."
done
echo "template: $output/template.yaml"

if [ -n "$bucket" ]; then
  aws cloudformation package "${region[@]}" --template-file "$output/template.yaml" \
    --s3-bucket "$bucket" --s3-prefix "$prefix" --use-json --output-template-file "$output/packaged.json" >/dev/null
  # CloudFormation accepts a template of more than 51,200 bytes only from S3.
  key=$prefix/template-$(sha256sum "$output/packaged.json" | cut -c1-32).json
  url=https://$bucket.s3.amazonaws.com/$key
  [[ ${region[1]:-} != cn-* ]] || url=https://$bucket.s3.${region[1]}.amazonaws.com.cn/$key
  aws s3 cp "${region[@]}" --only-show-errors "$output/packaged.json" "s3://$bucket/$key"
  aws cloudformation validate-template "${region[@]}" --template-url "$url" >/dev/null
  echo "packaged template: $output/packaged.json, $url"
fi
