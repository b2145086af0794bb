import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Sets what each line of standard input says: `password <user> <password>` or `acl <principal> <resource> <name> <operation>`. */
class Permit {
  public static void main(String[] args) throws Exception {
    List<UserScramCredentialAlteration> passwords = new ArrayList<>();
    List<AclBinding> acls = new ArrayList<>();
    for (String line : new String(System.in.readAllBytes()).lines().toList()) {
      String[] word = line.split(" ");
      if (word[0].equals("password"))
        passwords.add(new UserScramCredentialUpsertion(word[1], new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), word[2]));
      else
        acls.add(new AclBinding(
            new ResourcePattern(ResourceType.fromString(word[2]), word[3], PatternType.LITERAL),
            new AccessControlEntry(word[1], "*", AclOperation.fromString(word[4]), AclPermissionType.ALLOW)));
    }
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", args[0]))) {
      admin.alterUserScramCredentials(passwords).all().get();
      admin.createAcls(acls).all().get();
    }
  }
}
