// Prints, as JSON, the published schema of the resource types named on the command line, and every published metric.
import { createRequire } from 'node:module';

const { loadAwsServiceSpecSync } = createRequire(`${process.argv[2]}/`)('@aws-cdk/aws-service-spec');
const database = loadAwsServiceSpecSync();
const definitions = {};

const type = (of) => {
  switch (of.type) {
    case 'array':
    case 'map':
      return { type: of.type, element: type(of.element) };
    case 'union':
      return { type: 'union', types: of.types.map(type) };
    case 'ref':
      define(of.reference.$ref);
      return { type: 'ref', definition: of.reference.$ref };
    default:
      return { type: of.type, allowedValues: of.allowedValues };
  }
};

const properties = (of) => Object.fromEntries(
  Object.entries(of).map(([name, property]) => [name, { ...type(property.type), required: property.required === true }]));

const define = (id) => {
  if (definitions[id]) return;
  definitions[id] = {};
  definitions[id] = properties(database.get('typeDefinition', id).properties);
};

const resources = {};
for (const name of process.argv.slice(3)) {
  const [resource] = [...database.lookup('resource', 'cloudFormationType', 'equals', name)];
  if (resource) resources[name] = { attributes: Object.keys(resource.attributes), properties: properties(resource.properties) };
}

const metrics = database.all('metric').map((metric) => `${metric.namespace} ${metric.name}`);

process.stdout.write(JSON.stringify({ resources, definitions, metrics }));
